/** Which changes of a status are legal: the tables of production, and the few ways around them that are documented. */
import {
  allows,
  TASK_INSTANCE_TRANSITIONS,
  TASK_STATUSES,
  TASK_TRANSITIONS,
  type TaskInstanceStatus,
  type TaskStatus,
  WORKFLOW_RUN_TRANSITIONS,
  WORKFLOW_TRANSITIONS,
  type WorkflowRunStatus,
  type WorkflowStatus,
} from '../../src/core/status.ts';
import type { RowChange } from './recording.ts';
import type { World } from './world.ts';

export function isLegal(
  world: World,
  { kind, before, after, run }: Pick<RowChange, 'kind' | 'before' | 'after' | 'run'>,
): boolean {
  switch (kind) {
    case 'workflow':
      return (
        allows(WORKFLOW_TRANSITIONS, before as WorkflowStatus, after as WorkflowStatus) ||
        isRelinked(before, after) ||
        isRepaired(world, before, after)
      );
    case 'run':
      return allows(WORKFLOW_RUN_TRANSITIONS, before as WorkflowRunStatus, after as WorkflowRunStatus);
    case 'task':
      return (
        isReset(before, after) || isTerminated(before, after) || leadsTo(before as TaskStatus, after as TaskStatus)
      );
    case 'instance':
      return isLegalInstanceMove(world, before as TaskInstanceStatus, after as TaskInstanceStatus, run ?? 0);
  }
}

/** A new run takes its workflow over from one that ended without a word. */
function isRelinked(before: string | null, after: string): boolean {
  return after === 'G' && before !== 'D';
}

/** A run that broke off when its last task was done is found by the reaper (`src/server/operations/status-repair.ts`). */
function isRepaired(world: World, before: string | null, after: string): boolean {
  return before === 'F' && after === 'D' && world.ledger.rows('task').every(([, status]) => status === 'D');
}

/** An order to stop ends what waits, together with its task (http-fsm §11.4). */
function isTerminated(before: string | null, after: string): boolean {
  return before === 'Q' && after === 'F';
}

/** Between two runs every task but those that are done may be started anew. */
function isReset(before: string | null, after: string): boolean {
  return after === 'G' && before !== 'D';
}

/** Several steps of the table in one transaction: through R (an end that came before its start was stored) and E. */
function leadsTo(from: TaskStatus, to: TaskStatus): boolean {
  const reached = new Set<TaskStatus>([from]);
  for (const status of reached) {
    for (const next of Object.keys(TASK_STATUSES) as TaskStatus[]) {
      if (!allows(TASK_TRANSITIONS, status, next)) continue;
      if (next === to) return true;
      if (next === 'R' || next === 'E') reached.add(next);
    }
  }
  return false;
}

/**
 * Beside the table: an order to stop ends what only waits (Q and I, http-fsm §11.4); the server, when it
 * ends a stopping run whose client is gone, what nobody has heard of (X, `src/server/operations/reap.ts`); and a new run stands down what an
 * earlier one left (`src/server/operations/stand-down.ts`), when nobody is there who could confirm the death.
 */
function isLegalInstanceMove(
  world: World,
  before: TaskInstanceStatus,
  after: TaskInstanceStatus,
  run: number,
): boolean {
  if (allows(TASK_INSTANCE_TRANSITIONS, before, after)) return true;
  if ((before === 'Q' || before === 'I') && after === 'F') return true;
  if (before === 'X' && after === 'F' && world.ledger.isStopping(run)) return true;
  return ['R', 'T', 'X'].includes(before) && ['F', 'K'].includes(after) && world.ledger.isOver(run);
}
