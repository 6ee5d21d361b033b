/** Every change of a status, recorded by the database itself in the transaction that makes it. */

export interface RowChange {
  readonly id: number;
  readonly kind: 'workflow' | 'run' | 'task' | 'instance';
  readonly row: number;
  /** Null for a row that is new. */
  readonly before: string | null;
  readonly after: string;
  /** Of a task, its attempts and the most that it may have. */
  readonly attempts: number | null;
  readonly limit: number | null;
  /** Of a task. */
  readonly name: string | null;
  /** Of an instance, its task and its run. */
  readonly task: number | null;
  readonly run: number | null;
}

const TABLES = [
  { kind: 'workflow', table: 'workflow', columns: 'null, null, null, null, null' },
  { kind: 'run', table: 'workflow_run', columns: 'null, null, null, null, null' },
  { kind: 'task', table: 'task', columns: 'new.num_attempts, new.max_attempts, new.name, null, null' },
  { kind: 'instance', table: 'task_instance', columns: 'null, null, null, new.task_id, new.workflow_run_id' },
] as const;

export function recordingTriggers(): string {
  const record = (kind: string, before: string, columns: string) =>
    `insert into simulation_change (kind, row, before, after, attempts, "limit", name, task, run)
     values ('${kind}', new.id, ${before}, new.status, ${columns})`;
  const triggers = TABLES.map(
    ({ kind, table, columns }) => `
    create trigger simulation_new_${kind} after insert on ${table} begin ${record(kind, 'null', columns)}; end;
    create trigger simulation_moved_${kind} after update of status on ${table} when old.status is not new.status
      ${kind === 'task' ? 'or old.num_attempts is not new.num_attempts' : ''}
      begin ${record(kind, 'old.status', columns)}; end;`,
  );
  return `create table simulation_change (id integer primary key, kind text, row integer, before text, after text,
    attempts integer, "limit" integer, name text, task integer, run integer); ${triggers.join('')}`;
}

export const RECORDED = 'select * from simulation_change where id > ? order by id';

export interface PresentRow {
  readonly kind: RowChange['kind'];
  readonly row: number;
  readonly status: string;
}

/** The present statuses, to be compared with what the changes add up to. */
export const PRESENT = TABLES.map(
  ({ kind, table }) => `select '${kind}' as kind, id as row, status from ${table}`,
).join(' union all ');
