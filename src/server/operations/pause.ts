/** Pausing a workflow: a limit of 0 tasks, with the former limit kept for its end. Peers see the 0 alone. */
import { SkepError } from '../../core/errors.ts';
import { idsOf } from '../db/bulk.ts';
import type { ReadUnit, WriteUnit } from '../db/unit.ts';
import { unknownWorkflow } from './unknown-workflow.ts';

export interface Pause {
  readonly isPaused: boolean;
  /** How many tasks may be active at once while it is not paused. */
  readonly limit: number;
  /** False: it was so already. */
  readonly isChanged: boolean;
}

/** Lets no further task of a workflow start. @throws SkepError not_found */
export async function pauseWorkflow(unit: WriteUnit, workflowId: number): Promise<Pause> {
  const { limit, limitBefore } = await limitsOf(unit, workflowId);
  if (limitBefore !== null) return { isPaused: true, limit: limitBefore, isChanged: false };
  await setLimits(unit, workflowId, { limit: 0, limitBefore: limit });
  return { isPaused: true, limit, isChanged: limit !== 0 };
}

/**
 * Puts the limit of a paused workflow in force again.
 * @throws SkepError not_found; transition_refused for one whose limit was set to 0: nobody knows another.
 */
export async function continueWorkflow(unit: WriteUnit, workflowId: number): Promise<Pause> {
  const { limit, limitBefore } = await limitsOf(unit, workflowId);
  const restored = limitBefore ?? limit;
  if (limitBefore !== null) await setLimits(unit, workflowId, { limit: restored, limitBefore: null });
  if (restored === 0) {
    const sentence = `Workflow ${workflowId} cannot continue: its limit was set to 0 tasks, so give it another.`;
    throw new SkepError('transition_refused', sentence);
  }
  return { isPaused: false, limit: restored, isChanged: limitBefore !== null };
}

/** Those of the workflows of which no task starts, by whatever means. */
export async function pausedAmong({ db }: ReadUnit, workflowIds: readonly number[]): Promise<number[]> {
  const rows = await db
    .selectFrom('workflow')
    .select('id')
    .where('id', 'in', idsOf(workflowIds))
    .where('max_concurrently_running', '=', 0)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

interface Limits {
  readonly limit: number;
  /** Null unless it is paused. */
  readonly limitBefore: number | null;
}

async function limitsOf({ db }: ReadUnit, workflowId: number): Promise<Limits> {
  const limits = await db
    .selectFrom('workflow')
    .select(['max_concurrently_running as limit', 'limit_before_pause as limitBefore'])
    .where('id', '=', workflowId)
    .executeTakeFirst();
  if (limits === undefined) throw unknownWorkflow(workflowId);
  return limits;
}

async function setLimits(unit: WriteUnit, workflowId: number, { limit, limitBefore }: Limits): Promise<void> {
  await unit.db
    .updateTable('workflow')
    .set({ max_concurrently_running: limit, limit_before_pause: limitBefore, revision: await unit.revision() })
    .where('id', '=', workflowId)
    .execute();
  unit.changed(`workflow:${workflowId}`);
}
