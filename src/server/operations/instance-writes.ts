/**
 * Writing task instances and their tasks: any number of them with one statement per table. Every change of a status in
 * the run time goes through here, so this is where its date, its revision and its wake-up calls are set.
 */
import { type RawBuilder, sql } from 'kysely';
import { ACTIVE_TASK_STATUSES, DISTRIBUTOR_STATUSES } from '../../core/status.ts';
import { rowsOf } from '../db/bulk.ts';
import type { WriteUnit } from '../db/unit.ts';
import type { InstanceMove } from '../transitions/instance.ts';
import type { InstanceRow } from './instance-rows.ts';

/** Columns that come with a report. What is absent or null keeps its value. */
export interface InstanceAttributes {
  readonly nodename?: string | null;
  readonly process_group_id?: number | null;
  readonly distributor_id?: string | null;
  readonly stdout?: string | null;
  readonly stderr?: string | null;
  readonly stdout_log?: string | null;
  readonly stderr_log?: string | null;
  readonly wallclock?: string | null;
  readonly cpu?: string | null;
  readonly maxrss?: string | null;
  readonly submitted_date?: number | null;
  readonly report_by_date?: number | null;
  readonly ran_out?: string | null;
}

const ATTRIBUTE_KINDS = {
  nodename: 'text',
  process_group_id: 'integer',
  distributor_id: 'text',
  stdout: 'text',
  stderr: 'text',
  stdout_log: 'text',
  stderr_log: 'text',
  wallclock: 'text',
  cpu: 'text',
  maxrss: 'text',
  submitted_date: 'integer',
  report_by_date: 'integer',
  ran_out: 'text',
} as const satisfies Record<keyof InstanceAttributes, 'text' | 'integer'>;

type AttributeName = keyof InstanceAttributes;

const ATTRIBUTES = Object.keys(ATTRIBUTE_KINDS) as AttributeName[];

export interface InstanceWrite {
  /** As it was read in the same unit. */
  readonly row: InstanceRow;
  /** Undefined: only the attributes are stored. */
  readonly move?: InstanceMove | undefined;
  readonly attributes?: InstanceAttributes;
  /** Logged if, and only if, the instance moves: a repeated report leaves no second entry. */
  readonly error?: string | undefined;
}

type Moving = InstanceWrite & { readonly move: InstanceMove };

/**
 * Stores attributes and carries out moves. An instance moves only if it still has the status that was read, and its task
 * only together with it.
 * @returns the ids of the instances that moved.
 */
export async function writeInstances(unit: WriteUnit, writes: readonly InstanceWrite[]): Promise<Set<number>> {
  const resting = writes.filter(({ move, attributes }) => move === undefined && attributes !== undefined);
  if (resting.length > 0) await storeAttributes(unit, resting);
  const moving = writes.filter((write): write is Moving => write.move !== undefined);
  if (moving.length === 0) return new Set();
  const moved = await moveInstances(unit, moving);
  const done = moving.filter(({ row }) => moved.has(row.id));
  await moveTasks(unit, done);
  await logErrors(unit, done);
  for (const { row, move } of done) announce(unit, row, move);
  return moved;
}

function announce(unit: WriteUnit, { workflowId, workflowRunId }: InstanceRow, { instance, task }: InstanceMove): void {
  const run = `workflow_run:${workflowRunId}` as const;
  unit.changed(DISTRIBUTOR_STATUSES.includes(instance) ? run : `${run}/progress`);
  if (task === undefined) return;
  const workflow = `workflow:${workflowId}` as const;
  unit.changed(ACTIVE_TASK_STATUSES.includes(task) ? `${workflow}/progress` : workflow);
}

/** Leaves the status columns alone, so that a heartbeat touches one index and not three. */
async function storeAttributes(unit: WriteUnit, writes: readonly InstanceWrite[]): Promise<void> {
  const attributes = attributesOf(writes);
  if (attributes.length === 0) return;
  await unit.db
    .updateTable('task_instance')
    .from(givenRows(writes, attributes).as('given'))
    .set(givenAttributes(attributes))
    .whereRef('task_instance.id', '=', 'given.id')
    .execute();
}

async function moveInstances(unit: WriteUnit, writes: readonly Moving[]): Promise<Set<number>> {
  const attributes = attributesOf(writes);
  const rows = await unit.db
    .updateTable('task_instance')
    .from(givenRows(writes, attributes).as('given'))
    .set({
      ...givenAttributes(attributes),
      status: sql.ref('given.to'),
      status_date: unit.now,
      revision: await unit.revision(),
    })
    .whereRef('task_instance.id', '=', 'given.id')
    .whereRef('task_instance.status', '=', 'given.from')
    .returning('task_instance.id')
    .execute();
  return new Set(rows.map(({ id }) => id));
}

async function moveTasks(unit: WriteUnit, writes: readonly Moving[]): Promise<void> {
  const rows = writes.flatMap(({ row, move }) =>
    move.task === undefined
      ? []
      : [{ id: row.taskId, from: row.taskStatus, to: move.task, spared: move.sparesTry === true ? 1 : 0 }],
  );
  if (rows.length === 0) return;
  await unit.db
    .updateTable('task')
    .from(rowsOf(rows, { id: 'integer', from: 'text', to: 'text', spared: 'integer' }).as('given'))
    .set({
      status: sql.ref('given.to'),
      num_attempts: sql<number>`task.num_attempts - given.spared`,
      status_date: unit.now,
      revision: await unit.revision(),
    })
    .whereRef('task.id', '=', 'given.id')
    .whereRef('task.status', '=', 'given.from')
    .execute();
}

async function logErrors(unit: WriteUnit, writes: readonly Moving[]): Promise<void> {
  const rows = writes.flatMap(({ row, error }) => (error === undefined ? [] : [{ id: row.id, description: error }]));
  if (rows.length === 0) return;
  await unit.db
    .insertInto('task_instance_error_log')
    .columns(['task_instance_id', 'error_time', 'description'])
    .expression(
      unit.db
        .selectFrom(rowsOf(rows, { id: 'integer', description: 'text' }).as('given'))
        .select((eb) => ['given.id', eb.val(unit.now).as('error_time'), 'given.description']),
    )
    .execute();
}

/** Those that any of the writes comes with: each costs its look into the parameter for every row. */
function attributesOf(writes: readonly InstanceWrite[]): AttributeName[] {
  return ATTRIBUTES.filter((name) => writes.some(({ attributes }) => (attributes?.[name] ?? null) !== null));
}

/** One row of the parameter; attributes that a write does not have arrive as null. */
type GivenRow = Required<InstanceAttributes> & { id: number; from: string; to: string };

function givenRows(writes: readonly InstanceWrite[], names: readonly AttributeName[]): RawBuilder<GivenRow> {
  const rows = writes.map(({ row, move, attributes }) => ({
    ...attributes,
    id: row.id,
    from: row.status,
    to: move?.instance ?? row.status,
  }));
  const kinds = Object.fromEntries(names.map((name) => [name, ATTRIBUTE_KINDS[name]])) as typeof ATTRIBUTE_KINDS;
  return rowsOf(rows as GivenRow[], { id: 'integer', from: 'text', to: 'text', ...kinds });
}

/** `column = coalesce(given.column, task_instance.column)` for each of the attributes. */
function givenAttributes(names: readonly AttributeName[]) {
  return Object.fromEntries(
    names.map((name) => [name, sql`coalesce(${sql.ref(`given.${name}`)}, ${sql.ref(`task_instance.${name}`)})`]),
  ) as { [Name in AttributeName]: RawBuilder<never> };
}

/** The deadline that lies `increment` seconds after `now`, in whole milliseconds. */
export function deadlineAfter(now: number, increment: number): number {
  return now + Math.round(increment * 1000);
}
