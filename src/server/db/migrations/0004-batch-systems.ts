/** What batch systems and workers say of attempts beyond their status. What each column means: ../schema.ts. */

export const statements = [
  'alter table task_instance add column pending_reason text',
  'alter table task_instance add column ran_out text',
];
