/** Whose a workflow is, who may ask, and what people did. What each column means: ../schema.ts. */

export const statements = [
  'alter table workflow add column owner text',
  `update workflow set owner = (
    select run."user" from workflow_run run where run.workflow_id = workflow.id order by run.id limit 1
  )`,
  `create table skep_user_token (
    id integer primary key autoincrement,
    name text not null,
    user text not null,
    role text not null,
    hash text not null unique,
    created integer not null,
    expires integer,
    revoked integer,
    last_used integer
  ) strict`,
  'create unique index skep_user_token_name on skep_user_token (name) where revoked is null',
  `create table skep_audit (
    id integer primary key autoincrement,
    time integer not null,
    user text not null,
    source text not null,
    token_id integer,
    address text not null,
    action text not null,
    workflow_id integer,
    subject text not null,
    outcome integer
  ) strict`,
  'create index skep_audit_time on skep_audit (time)',
  'create index skep_audit_user on skep_audit (user)',
  'create index skep_audit_workflow_id on skep_audit (workflow_id)',
];
