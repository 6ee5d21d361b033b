/** Workflows while they are bound, and what a swarm reads to resume one. Source: http-fsm §8.1 to §8.3, §8.7, §8.10, §8.11. */

import { SkepError } from '../../core/errors.ts';
import { notOwner } from '../access/authorise.ts';
import { rowsOf } from '../db/bulk.ts';
import type { ReadUnit, WriteUnit } from '../db/unit.ts';
import { limitSetTo } from './concurrency.ts';
import { refuseLongText } from './limits.ts';
import { idsOfNames } from './names.ts';
import { resourcesLiteral } from './resources.ts';

export interface WorkflowRequest {
  readonly toolVersionId: number;
  readonly dagId: number;
  readonly argsHash: string;
  readonly taskHash: string;
  readonly description: string | null;
  readonly name: string | null;
  readonly args: string;
  readonly maxConcurrentlyRunning: number;
  readonly attributes: Attributes;
  /** Who asks, if the server knows it: then it is his. Undefined: its first run will say whose it is. */
  readonly owner?: string | undefined;
  /** One that exists has to belong to this user; undefined: it may be anybody's. */
  readonly onlyOf?: string | undefined;
}

type Attributes = Readonly<Record<string, string | null>>;

export interface BoundWorkflow {
  readonly id: number;
  readonly status: string;
  /** Also true when nothing was ever done with it: then an answer was lost, and this is the request sent again. */
  readonly newlyCreated: boolean;
}

/**
 * Finds or creates a workflow by tool version, dag, args and tasks. Of one that exists, the descriptive parts change.
 * @throws SkepError `not_permitted` for one of somebody else.
 */
export async function bindWorkflow(unit: WriteUnit, request: WorkflowRequest): Promise<BoundWorkflow> {
  await refuseForeign(unit, request);
  const bound = (await updateWorkflow(unit, request)) ?? (await createWorkflow(unit, request));
  await setWorkflowAttributes(unit, bound.id, request.attributes);
  return bound;
}

const LONGEST_ATTRIBUTE = 255;

/** Sets attributes of a workflow; others stay. */
export async function setWorkflowAttributes(
  unit: WriteUnit,
  workflowId: number,
  attributes: Attributes,
): Promise<void> {
  const typeIds = await idsOfNames(unit, 'workflow_attribute_type', Object.keys(attributes));
  const rows = Object.entries(attributes).map(([name, value]) => {
    refuseLongText(`The value of the workflow attribute ${name}`, value ?? '', LONGEST_ATTRIBUTE);
    return { type: typeIds.get(name) as number, value };
  });
  await unit.db
    .insertInto('workflow_attribute')
    .columns(['workflow_id', 'workflow_attribute_type_id', 'value'])
    .expression((query) =>
      query
        .selectFrom(rowsOf(rows, { type: 'integer', value: 'text' }).as('given'))
        .select((given) => [given.val(workflowId).as('workflow_id'), 'given.type', 'given.value'])
        .where((given) => given.lit(true)),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['workflow_id', 'workflow_attribute_type_id'])
        .doUpdateSet(({ ref }) => ({ value: ref('excluded.value') })),
    )
    .execute();
}

/** Workflows with these args, whatever their tasks. */
export function matchingWorkflows(
  unit: ReadUnit,
  argsHash: string,
): Promise<{ task_hash: string; tool_version_id: number | null; dag_hash: string }[]> {
  return unit.db
    .selectFrom('workflow')
    .innerJoin('dag', 'dag.id', 'workflow.dag_id')
    .select(['workflow.task_hash', 'workflow.tool_version_id', 'dag.hash as dag_hash'])
    .where('workflow.workflow_args_hash', '=', argsHash)
    .orderBy('workflow.id')
    .execute();
}

/** What identifies a workflow and bounds it; undefined for an unknown one. */
export function findWorkflow(unit: ReadUnit, workflowId: number) {
  return unit.db
    .selectFrom('workflow')
    .select(['id', 'dag_id', 'max_concurrently_running', 'name', 'workflow_args'])
    .where('id', '=', workflowId)
    .executeTakeFirst();
}

async function refuseForeign({ db }: ReadUnit, request: WorkflowRequest): Promise<void> {
  const { onlyOf: user } = request;
  if (user === undefined) return;
  const found = await db
    .selectFrom('workflow')
    .select(['id', 'owner'])
    .where('workflow_args_hash', '=', request.argsHash)
    .where('tool_version_id', '=', request.toolVersionId)
    .where('dag_id', '=', request.dagId)
    .where('task_hash', '=', request.taskHash)
    .executeTakeFirst();
  if (found === undefined || found.owner === user) return;
  throw new SkepError('not_permitted', notOwner(found.id, found.owner, user));
}

async function updateWorkflow(unit: WriteUnit, request: WorkflowRequest): Promise<BoundWorkflow | undefined> {
  const found = await unit.db
    .updateTable('workflow')
    .set((workflow) => limitSetTo(workflow, request.maxConcurrentlyRunning))
    .set({ description: request.description, name: request.name, revision: await unit.revision() })
    .where('workflow_args_hash', '=', request.argsHash)
    .where('tool_version_id', '=', request.toolVersionId)
    .where('dag_id', '=', request.dagId)
    .where('task_hash', '=', request.taskHash)
    .returning(['id', 'status', 'created_date'])
    .executeTakeFirst();
  if (found === undefined) return undefined;
  unit.changed(`workflow:${found.id}`);
  const newlyCreated = found.created_date === null && !(await hasRun(unit, found.id));
  return { id: found.id, status: found.status, newlyCreated };
}

async function hasRun(unit: ReadUnit, workflowId: number): Promise<boolean> {
  const run = await unit.db
    .selectFrom('workflow_run')
    .select('id')
    .where('workflow_id', '=', workflowId)
    .limit(1)
    .executeTakeFirst();
  return run !== undefined;
}

async function createWorkflow(unit: WriteUnit, request: WorkflowRequest): Promise<BoundWorkflow> {
  const { id, status } = await unit.db
    .insertInto('workflow')
    .values({
      tool_version_id: request.toolVersionId,
      dag_id: request.dagId,
      workflow_args_hash: request.argsHash,
      task_hash: request.taskHash,
      description: request.description,
      name: request.name,
      workflow_args: request.args,
      max_concurrently_running: request.maxConcurrentlyRunning,
      status_date: unit.now,
      owner: request.owner ?? null,
      revision: await unit.revision(),
    })
    .returning(['id', 'status'])
    .executeTakeFirstOrThrow();
  return { id, status, newlyCreated: true };
}

export interface UnfinishedTask {
  readonly id: number;
  readonly array_id: number;
  readonly status: string;
  readonly max_attempts: number;
  readonly resource_scales: string | null;
  readonly fallback_queues: string | null;
  readonly requested_resources: string;
  readonly cluster: string | null;
  readonly queue: string | null;
  readonly array_limit: number;
}

/** A page of the tasks that are not done: at most `limit`, by ascending id, from the first id after `afterId`. */
export async function unfinishedTasks(
  unit: ReadUnit,
  workflowId: number,
  afterId: number,
  limit: number,
): Promise<UnfinishedTask[]> {
  const rows = await unit.db
    .selectFrom('task')
    .innerJoin('array', 'array.id', 'task.array_id')
    .innerJoin('task_resources', 'task_resources.id', 'task.task_resources_id')
    .leftJoin('queue', 'queue.id', 'task_resources.queue_id')
    .leftJoin('cluster', 'cluster.id', 'queue.cluster_id')
    .select(['task.id', 'array.id as array_id', 'task.status', 'task.max_attempts', 'task.resource_scales'])
    .select(['task.fallback_queues', 'task_resources.requested_resources', 'cluster.name as cluster'])
    .select(['queue.name as queue', 'array.max_concurrently_running as array_limit'])
    .where('task.workflow_id', '=', workflowId)
    .where('task.id', '>', afterId)
    .where('task.status', '!=', 'D')
    .orderBy('task.id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, requested_resources: resourcesLiteral(row.requested_resources) }));
}
