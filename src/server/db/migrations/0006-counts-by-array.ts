/** Counting the tasks of a workflow by array too is a matter of the index that counts them by status. */

export const statements = [
  'drop index task_workflow_id_status',
  'create index task_workflow_id_status on task (workflow_id, status, num_attempts, array_id)',
];
