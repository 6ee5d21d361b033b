/** Changing many tasks of a workflow: reset, retry, mark as done. */
import type { Clock } from '../../../core/clock.ts';
import { SkepError } from '../../../core/errors.ts';
import type { Database } from '../../db/database.ts';
import { downstreamFirst } from './downstream-first.ts';
import { changePart } from './part.ts';
import { type ChangePlan, type ChangeRequest, planChange } from './plan.ts';
import {
  type Asking,
  beginChange,
  type ChangeRow,
  claimWorkflow,
  findChange,
  leaveChange,
  noteChanged,
} from './record.ts';
import { type LeftOutReason, sentenceOf } from './rules.ts';

/** What a change does, or would do. It is stored as JSON. */
export interface ChangeOutcome extends Pick<ChangePlan, 'groups' | 'sample'> {
  /** Undefined: nothing was changed. */
  readonly changeId: number | undefined;
  readonly tasks: number;
  readonly leftOut: readonly { readonly reason: LeftOutReason; readonly sentence: string; readonly tasks: number }[];
  readonly liveRun: number | undefined;
}

/** Says what a change would do. @throws SkepError as `planChange` */
export async function previewChange(database: Database, request: ChangeRequest): Promise<ChangeOutcome> {
  return outcomeOf(await database.readHeavy((unit) => planChange(unit, request)));
}

interface Seams {
  readonly database: Database;
  readonly clock: Clock;
}

export interface Confirmation extends Asking {
  /** How many tasks the person was shown; undefined: none. */
  readonly expected: number | undefined;
}

/**
 * Tasks that are changed in one transaction. It keeps the event loop and all other writers for some tens of milliseconds;
 * between two of them they have their turn.
 */
const PART = 1000;

/** Milliseconds between two looks at a change whose first request is still being answered. */
const WAIT = 200;

/**
 * Carries a change out and records it. Many tasks are changed part by part, each part as a whole. After any part
 * everything is as it may be, whatever becomes of the server: a reset begins downstream. The same request repeated goes on
 * where it was cut off, or is told what the first one did.
 * @throws SkepError as `planChange`; `change_outdated` when it concerns another number of tasks than was shown, or a run has
 * begun meanwhile; `change_under_way` while another one is being carried out.
 */
export async function changeTasks(
  { database, clock }: Seams,
  request: ChangeRequest,
  { expected, ...asking }: Confirmation,
): Promise<ChangeOutcome> {
  const seams = { database, clock };
  const again = () => changeTasks(seams, request, { expected, ...asking });
  const earlier = await endOfEarlier(seams, request, asking.key);
  if (earlier !== undefined && earlier.answer !== null) return JSON.parse(earlier.answer);
  const plan = await database.readHeavy(async (unit) => {
    // By one snapshot with the tasks: those that a request of the same key has changed by now are no other number.
    if (earlier === undefined && (await findChange(unit, asking.key)) !== undefined) return undefined;
    return planChange(unit, request);
  });
  if (plan === undefined) return again();
  if (earlier === undefined) refuseOtherNumber(plan.ids.length, expected);
  if (earlier === undefined && plan.ids.length === 0) return outcomeOf(plan);
  const inOneGo = plan.ids.length <= PART;
  const ids = request.recursive && !inOneGo ? await downstreamFirst(database, clock, plan.ids) : plan.ids;
  return (await carryOut(database, { request, plan, asking, earlier, ids })) ?? again();
}

interface Work {
  readonly request: ChangeRequest;
  readonly plan: ChangePlan;
  readonly asking: Asking;
  /** The record of a change that was cut off, which goes on. */
  readonly earlier: ChangeRow | undefined;
  /** In the order in which they are changed. */
  readonly ids: Float64Array;
}

/** Undefined when a request of the same key has begun since this one looked for it: nothing is done then. */
async function carryOut(database: Database, work: Work): Promise<ChangeOutcome | undefined> {
  let progress: Progress | undefined = { changeId: work.earlier?.id, changed: 0, outcome: undefined };
  try {
    for (let start = 0; progress !== undefined && progress.outcome === undefined; start += PART) {
      progress = await takeStep(database, work, start, progress);
    }
  } catch (error) {
    const changeId = progress?.changeId;
    if (changeId !== undefined) await database.write((unit) => leaveChange(unit, changeId));
    throw error;
  }
  return progress?.outcome;
}

interface Progress {
  readonly changeId: number | undefined;
  /** Tasks that this request has changed. */
  readonly changed: number;
  /** Once it is finished. */
  readonly outcome: ChangeOutcome | undefined;
}

function takeStep(
  database: Database,
  { request, plan, asking, ids, earlier }: Work,
  start: number,
  before: Progress,
): Promise<Progress | undefined> {
  return database.write(async (unit) => {
    if (before.changeId === undefined && (await findChange(unit, asking.key)) !== undefined) return undefined;
    await claimWorkflow(unit, request.workflowId, before.changeId);
    const changeId = before.changeId ?? (await beginChange(unit, request, asking, ids.length));
    const part = ids.subarray(start, start + PART);
    const now = await changePart(unit, { request, plan, changeId }, part);
    const changed = before.changed + now;
    const isLast = start + PART >= ids.length;
    const outcome = isLast ? outcomeOf(plan, changeId, changed, earlier?.changed) : undefined;
    await noteChanged(unit, changeId, now, outcome && JSON.stringify(outcome));
    return { changeId, changed, outcome };
  });
}

/** The record of an earlier request of the same key, once nobody is at work on it. */
async function endOfEarlier(
  { database, clock }: Seams,
  { workflowId }: ChangeRequest,
  key: string,
): Promise<ChangeRow | undefined> {
  for (;;) {
    const change = await database.read((unit) => findChange(unit, key));
    if (change !== undefined && change.workflowId !== workflowId) {
      throw new SkepError('invalid_usage', `change_key names a change of workflow ${change.workflowId}.`);
    }
    if (!change?.isBusy) return change;
    await clock.sleep(WAIT);
  }
}

function refuseOtherNumber(tasks: number, expected: number | undefined): void {
  if (expected === undefined || tasks === expected) return;
  const [now, then] = [tasks, expected].map((count) => count.toLocaleString('en-US'));
  const verb = tasks === 1 ? 'task would be' : 'tasks would be';
  throw new SkepError('change_outdated', `${now} ${verb} changed now, not ${then} as was shown; nothing was changed.`);
}

/** `earlier`: tasks that were changed before the request was cut off. */
function outcomeOf(plan: ChangePlan, changeId?: number, changed = plan.ids.length, earlier = 0): ChangeOutcome {
  const { groups, sample, liveRun, circumstances } = plan;
  const leftOut = new Map(plan.leftOut);
  if (changed < plan.ids.length) leftOut.set('changed_meanwhile', plan.ids.length - changed);
  return {
    changeId,
    tasks: earlier + changed,
    groups,
    sample,
    leftOut: Array.from(leftOut, ([reason, tasks]) => ({
      reason,
      sentence: sentenceOf(reason, tasks, circumstances),
      tasks,
    })),
    liveRun,
  };
}
