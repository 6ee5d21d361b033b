/** Changes of workflows that somebody is to be told of. What each column means: ../schema.ts. */

export const statements = [
  `create table skep_notification (
    id integer primary key autoincrement,
    workflow_id integer not null,
    workflow_run_id integer,
    run_status text,
    status_before text not null,
    status text not null,
    time integer not null,
    sent_to text not null default '[]',
    attempts integer not null default 0,
    due integer not null
  ) strict`,
  'create index skep_notification_due on skep_notification (due)',
];
