/** Which distributor has a run. What each column means: ../schema.ts. */

export const statements = [
  `create table skep_distributor (
    workflow_run_id integer not null primary key,
    process text not null,
    expires integer not null
  ) strict`,
];
