/** Linking a new run to its workflow. Source: http-fsm §11.1, data-model §7.3. */
import type { Kysely } from 'kysely';
import { ALIVE_WORKFLOW_RUN_STATUSES, labelOf, WORKFLOW_RUN_STATUSES, WORKFLOW_STATUSES } from '../../core/status.ts';
import { SKEP_VERSION } from '../../core/version.ts';
import type { Schema } from '../db/schema.ts';
import type { WriteUnit } from '../db/unit.ts';
import { isLinkable } from '../transitions/run.ts';
import { changeUnderWay } from './change-under-way.ts';
import { deadlineAfter } from './instance-writes.ts';
import { standDownEarlierInstances } from './stand-down.ts';
import { startTasksAnew } from './start-anew.ts';

export interface NewRun {
  readonly workflowId: number;
  readonly user: string;
  /** Version of the client. */
  readonly version: string;
  /** Seconds until the first heartbeat is due. */
  readonly increment: number;
  readonly clientProcess: string | undefined;
}

export type LinkResult = { readonly workflowRunId: number } | { readonly refusal: string };

/**
 * Creates a run and gives it its workflow, or says why it cannot have it; a refused request leaves no row. A repeated
 * request gets the run of the first one if both name the same client process: without that name, two clients of one user
 * that start at the same moment could not be told from one client that asks twice.
 */
export async function linkRun(unit: WriteUnit, request: NewRun): Promise<LinkResult> {
  const { workflowId } = request;
  const workflow = await unit.db
    .selectFrom('workflow')
    .select(['status', 'created_date'])
    .where('id', '=', workflowId)
    .executeTakeFirst();
  if (workflow === undefined) return { refusal: `Workflow ${workflowId} does not exist.` };
  const owner = await aliveRunOf(unit, workflowId);
  if (owner !== undefined) {
    if (isRepetition(owner, request)) return { workflowRunId: owner.id };
    const label = labelOf(WORKFLOW_RUN_STATUSES, owner.status);
    return { refusal: `Workflow ${workflowId} is in use by workflow run ${owner.id}, which is ${label}.` };
  }
  if (workflow.created_date === null)
    return { refusal: `The tasks of workflow ${workflowId} are not completely bound.` };
  if (!isLinkable(workflow.status)) {
    const label = labelOf(WORKFLOW_STATUSES, workflow.status);
    return { refusal: `Workflow ${workflowId} is ${label} and cannot be run.` };
  }
  const change = await changeUnderWay(unit, workflowId);
  if (change !== undefined) {
    return { refusal: `Tasks of workflow ${workflowId} are just being changed (change ${change}): try again shortly.` };
  }
  const workflowRunId = await insertRun(unit, request);
  await register(unit, workflowId);
  await giveOwner(unit, request);
  await startLeftTasksAnew(unit, workflowId);
  await standDownEarlierInstances(unit, { workflowId, workflowRunId });
  unit.changed(`workflow:${workflowId}`);
  unit.changed(`workflow_run:${workflowRunId}`);
  return { workflowRunId };
}

/** The run that owns the workflow; at most one is alive at any time. */
export function aliveRunOf({ db }: { db: Kysely<Schema> }, workflowId: number) {
  return db
    .selectFrom('workflow_run')
    .selectAll()
    .where('workflow_id', '=', workflowId)
    .where('status', 'in', ALIVE_WORKFLOW_RUN_STATUSES)
    .orderBy('id')
    .executeTakeFirst();
}

/** The run that was created last. */
export function newestRunOf({ db }: { db: Kysely<Schema> }, workflowId: number) {
  return db
    .selectFrom('workflow_run')
    .select(['id', 'status', 'user'])
    .where('workflow_id', '=', workflowId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

type AliveRun = NonNullable<Awaited<ReturnType<typeof aliveRunOf>>>;

function isRepetition(run: AliveRun, { user, version, increment, clientProcess }: NewRun): boolean {
  const untouched = run.heartbeat_date === deadlineAfter(run.status_date, increment);
  return (
    run.status === 'L' &&
    untouched &&
    clientProcess !== undefined &&
    run.client_process === clientProcess &&
    run.user === user &&
    run.jobmon_version === version
  );
}

async function insertRun(unit: WriteUnit, request: NewRun): Promise<number> {
  const { id } = await unit.db
    .insertInto('workflow_run')
    .values({
      workflow_id: request.workflowId,
      user: request.user,
      jobmon_version: request.version,
      jobmon_server_version: SKEP_VERSION,
      status: 'L',
      created_date: unit.now,
      status_date: unit.now,
      heartbeat_date: deadlineAfter(unit.now, request.increment),
      heartbeat_increment: request.increment,
      client_process: request.clientProcess ?? null,
      revision: await unit.revision(),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Of a workflow that was bound by the server's own token nobody could say whose it is. */
async function giveOwner({ db }: WriteUnit, { workflowId, user }: NewRun): Promise<void> {
  await db
    .updateTable('workflow')
    .set({ owner: user })
    .where('id', '=', workflowId)
    .where('owner', 'is', null)
    .execute();
}

/**
 * Whoever links has looked at the tasks and reset what is not done before. If another run came and went since then, it has left
 * tasks that wait for its own distributor, or failed: nobody would ever go on with them. Without such a run this finds none.
 * What still runs may end well.
 */
async function startLeftTasksAnew(unit: WriteUnit, workflowId: number): Promise<void> {
  await startTasksAnew(unit, workflowId, ({ eb, and }) =>
    and([eb('task.workflow_id', '=', workflowId), eb('task.status', 'not in', ['D', 'R', 'G'])]),
  );
}

async function register(unit: WriteUnit, workflowId: number): Promise<void> {
  await unit.db
    .updateTable('workflow')
    .set({ status: 'G', status_date: unit.now, revision: await unit.revision() })
    .where('id', '=', workflowId)
    .where('status', '!=', 'G')
    .execute();
}
