/** Changes of many tasks that people asked for. What each column means: ../schema.ts. */

export const statements = [
  `create table skep_change (
    id integer primary key autoincrement,
    change_key text not null unique,
    workflow_id integer not null,
    time integer not null,
    user text not null,
    origin text,
    action text not null,
    recursive integer not null,
    filter text not null,
    resources text,
    tasks integer not null,
    changed integer not null default 0,
    busy_until integer,
    finished integer,
    answer text
  ) strict`,
  'create index skep_change_workflow_id on skep_change (workflow_id)',
  `create table skep_changed_resources (
    id integer primary key autoincrement,
    task_resources_id integer not null unique,
    change_id integer,
    changed_from integer not null,
    original integer not null
  ) strict`,
  'create index skep_changed_resources_change on skep_changed_resources (change_id, changed_from)',
];
