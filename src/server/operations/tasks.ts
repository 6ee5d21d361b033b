/** Tasks while they are bound. Source: http-fsm §9.1; data-model §2.5, §7.8. */
import { type LiteralValue, writeLiteral } from '../../core/python-literal.ts';
import type { TaskStatus } from '../../core/status.ts';
import { rowsOf } from '../db/bulk.ts';
import type { ReadUnit, WriteUnit } from '../db/unit.ts';
import { refuseLongText } from './limits.ts';
import { aliveRunOf } from './workflow-runs.ts';

export interface TaskRequest {
  readonly nodeId: number;
  readonly argsHash: string;
  readonly arrayId: number;
  readonly resourcesId: number;
  readonly name: string;
  readonly command: string;
  readonly maxAttempts: number;
  /** Whether a task that is running runs again. */
  readonly resetIfRunning: boolean;
  readonly resourceScales: LiteralValue;
  readonly fallbackQueues: LiteralValue;
}

export interface BoundTask {
  readonly id: number;
  readonly status: TaskStatus;
}

/**
 * Finds or creates the tasks of a workflow by node and hash of their arguments. One that exists starts anew, with its name,
 * command and attempts as requested, unless it is done or running, or a run is at work on the workflow: then the request
 * comes late, or from somebody who is about to be refused a run. `complete` says that these were the last ones.
 * @returns the bound task of each request, in their order; requests for one task share it.
 * @throws SkepError `invalid_usage` for scales or fallback queues that are too long.
 */
export async function bindTasks(
  unit: WriteUnit,
  workflowId: number,
  requests: readonly TaskRequest[],
  complete: boolean,
): Promise<BoundTask[]> {
  const literalOf = literalWriter();
  const rows = distinct(requests).map((request) => toRow(request, workflowId, literalOf));
  const bound = await findTasks(unit, rows);
  const candidates = rows.filter((row) => startsAnew(bound.get(identityOf(row))?.status, row));
  const again = candidates.length > 0 && (await aliveRunOf(unit, workflowId)) === undefined ? candidates : [];
  const fresh = rows.filter((row) => !bound.has(identityOf(row)));
  if (again.length + fresh.length > 0) {
    const revision = await unit.revision();
    await resetTasks(unit, again, revision);
    for (const row of again) bound.set(identityOf(row), { ...(bound.get(identityOf(row)) as BoundTask), status: 'G' });
    for (const [identity, task] of await insertTasks(unit, fresh, revision)) bound.set(identity, task);
    unit.changed(`workflow:${workflowId}`);
  }
  if (complete) await markBound(unit, workflowId);
  return requests.map(
    ({ nodeId, argsHash }) => bound.get(identityOf({ node_id: nodeId, task_args_hash: argsHash })) as BoundTask,
  );
}

/** A request as a row of the table, with what decides about a reset. */
interface Row {
  readonly workflow_id: number;
  readonly node_id: number;
  readonly task_args_hash: string;
  readonly array_id: number;
  readonly task_resources_id: number;
  readonly name: string;
  readonly command: string;
  readonly max_attempts: number;
  readonly resource_scales: string;
  readonly fallback_queues: string;
  readonly reset_if_running: number;
}

/** Length of the columns of scales and fallback queues. */
const LONGEST_LITERAL = 1000;

function toRow(request: TaskRequest, workflowId: number, literalOf: typeof writeLiteral): Row {
  const resource_scales = literalOf(request.resourceScales);
  const fallback_queues = literalOf(request.fallbackQueues);
  refuseLongText(`The text of resource_scales of task ${request.name}`, resource_scales, LONGEST_LITERAL);
  refuseLongText(`The text of fallback_queues of task ${request.name}`, fallback_queues, LONGEST_LITERAL);
  return {
    workflow_id: workflowId,
    node_id: request.nodeId,
    task_args_hash: request.argsHash,
    array_id: request.arrayId,
    task_resources_id: request.resourcesId,
    name: request.name,
    command: request.command,
    max_attempts: request.maxAttempts,
    resource_scales,
    fallback_queues,
    reset_if_running: Number(request.resetIfRunning),
  };
}

/** Writes what was written before only once: nearly all tasks of a request have equal scales and queues. */
function literalWriter(): typeof writeLiteral {
  const written = new Map<string, string>();
  return (value) => {
    const key = JSON.stringify(value);
    const text = written.get(key) ?? writeLiteral(value);
    written.set(key, text);
    return text;
  };
}

type Identity = Pick<Row, 'node_id' | 'task_args_hash'>;

function identityOf({ node_id, task_args_hash }: Identity): string {
  return `${node_id}:${task_args_hash}`;
}

/** The first request for each task. */
function distinct(requests: readonly TaskRequest[]): TaskRequest[] {
  const seen = new Map<string, TaskRequest>();
  for (const request of requests) {
    const identity = identityOf({ node_id: request.nodeId, task_args_hash: request.argsHash });
    if (!seen.has(identity)) seen.set(identity, request);
  }
  return [...seen.values()];
}

const IDENTITY_KINDS = { workflow_id: 'integer', node_id: 'integer', task_args_hash: 'text' } as const;

async function findTasks(unit: ReadUnit, rows: readonly Row[]): Promise<Map<string, BoundTask>> {
  const found = await unit.db
    .selectFrom(rowsOf<Identity & { workflow_id: number }>(rows, IDENTITY_KINDS).as('given'))
    .innerJoin('task', (join) =>
      join
        .onRef('task.workflow_id', '=', 'given.workflow_id')
        .onRef('task.node_id', '=', 'given.node_id')
        .onRef('task.task_args_hash', '=', 'given.task_args_hash'),
    )
    .select(['task.id', 'task.status', 'task.node_id', 'task.task_args_hash'])
    .execute();
  return byIdentity(found);
}

function byIdentity(tasks: readonly (BoundTask & Identity)[]): Map<string, BoundTask> {
  return new Map(tasks.map((task) => [identityOf(task), { id: task.id, status: task.status }]));
}

function startsAnew(status: TaskStatus | undefined, row: Row): boolean {
  if (status === undefined || status === 'D') return false;
  return status !== 'R' || row.reset_if_running === 1;
}

const RESET_KINDS = { ...IDENTITY_KINDS, name: 'text', command: 'text', max_attempts: 'integer' } as const;

/** The array, resources, scales and queues of a task stay: the run that follows sends its own when it queues the task. */
async function resetTasks(unit: WriteUnit, rows: readonly Row[], revision: number): Promise<void> {
  if (rows.length === 0) return;
  await unit.db
    .updateTable('task')
    .from(rowsOf<Pick<Row, keyof typeof RESET_KINDS>>(rows, RESET_KINDS).as('given'))
    .set(({ ref }) => ({
      status: 'G',
      num_attempts: 0,
      name: ref('given.name'),
      command: ref('given.command'),
      max_attempts: ref('given.max_attempts'),
      status_date: unit.now,
      revision,
    }))
    .whereRef('task.workflow_id', '=', 'given.workflow_id')
    .whereRef('task.node_id', '=', 'given.node_id')
    .whereRef('task.task_args_hash', '=', 'given.task_args_hash')
    .execute();
}

const INSERTED_KINDS = {
  ...RESET_KINDS,
  array_id: 'integer',
  task_resources_id: 'integer',
  resource_scales: 'text',
  fallback_queues: 'text',
} as const;
const INSERTED = Object.keys(INSERTED_KINDS) as (keyof typeof INSERTED_KINDS)[];

async function insertTasks(unit: WriteUnit, rows: readonly Row[], revision: number): Promise<Map<string, BoundTask>> {
  if (rows.length === 0) return new Map();
  const added = await unit.db
    .insertInto('task')
    .columns([...INSERTED, 'status', 'num_attempts', 'status_date', 'revision'])
    .expression((query) =>
      query
        .selectFrom(rowsOf<Pick<Row, keyof typeof INSERTED_KINDS>>(rows, INSERTED_KINDS).as('given'))
        .select(INSERTED.map((column) => `given.${column}` as const))
        .select(({ val }) => [
          val<TaskStatus>('G').as('status'),
          val(0).as('num_attempts'),
          val(unit.now).as('status_date'),
          val(revision).as('revision'),
        ]),
    )
    .returning(['id', 'status', 'node_id', 'task_args_hash'])
    .execute();
  return byIdentity(added);
}

/** From now on runs can link to the workflow. */
async function markBound(unit: WriteUnit, workflowId: number): Promise<void> {
  await unit.db
    .updateTable('workflow')
    .set({ created_date: unit.now })
    .where('id', '=', workflowId)
    .where('created_date', 'is', null)
    .execute();
}
