/**
 * What a report about a task instance does to it and to its task. Source: data-model §6.1, http-fsm §5.4, with their
 * repairs: a report finds its way out of triage, and an instance whose task has moved on ends alone.
 */
import {
  allows,
  FINAL_TASK_STATUSES,
  TASK_INSTANCE_ERRORS,
  TASK_INSTANCE_TRANSITIONS,
  TASK_INSTANCE_UNTIMELY,
  TASK_TRANSITIONS,
  type TaskInstanceStatus,
  type TaskStatus,
} from '../../core/status.ts';

/** What the decision depends on, all read in the transaction that carries it out. */
export interface InstanceState {
  readonly status: TaskInstanceStatus;
  readonly taskStatus: TaskStatus;
  readonly numAttempts: number;
  readonly maxAttempts: number;
  /** A newer instance of the same task exists: whatever this one reports, the task no longer belongs to it. */
  readonly superseded: boolean;
}

export interface InstanceMove {
  readonly instance: TaskInstanceStatus;
  /** Status that the task takes; undefined: it stays as it is. */
  readonly task: TaskStatus | undefined;
  /** The try of this attempt is given back. */
  readonly sparesTry?: boolean;
}

/** Statuses that a report may ask for. Q, I, K, T and X are set by set-wise operations of the server alone. */
const REPORTABLE: readonly TaskInstanceStatus[] = ['O', 'R', 'D', ...TASK_INSTANCE_ERRORS, 'F'];

/** Task statuses in which the attempt at work is the newest instance of the task. */
const AT_WORK: readonly TaskStatus[] = ['I', 'O', 'R'];

/**
 * Decides a report that asks for `requested` (any text: peers may send letters that we do not know). `sparesTry`: a failure
 * that the task has no part in, so that it is tried again however many tries it has left.
 * @returns what moves, or undefined when the report is refused: it is late, illegal, or would start the command of a task
 * that has moved on. A refusal is an answer, no error.
 */
export function decideInstance(state: InstanceState, requested: string, sparesTry = false): InstanceMove | undefined {
  if (!isReportable(requested)) return undefined;
  if (allows(TASK_INSTANCE_UNTIMELY, state.status, requested)) return undefined;
  if (!allows(TASK_INSTANCE_TRANSITIONS, state.status, requested)) return undefined;
  if (!state.superseded && AT_WORK.includes(state.taskStatus)) return moveTogether(state, requested, sparesTry);
  return moveAlone(state, requested);
}

function isReportable(letter: string): letter is TaskInstanceStatus {
  return (REPORTABLE as readonly string[]).includes(letter);
}

function moveTogether(
  state: InstanceState,
  requested: TaskInstanceStatus,
  sparesTry: boolean,
): InstanceMove | undefined {
  const isSpared = sparesTry && requested === 'U';
  const target = isSpared ? 'G' : taskTarget(state, requested);
  if (target === state.taskStatus) return { instance: requested, task: undefined };
  if (!leadsTo(state.taskStatus, target)) return undefined;
  return { instance: requested, task: target, ...(isSpared && { sparesTry: true }) };
}

/**
 * The task is finished, was reset, or belongs to a newer instance. The instance ends all the same, or it would count as
 * alive for ever; but it must not run, because at most one attempt of a task may.
 */
function moveAlone(state: InstanceState, requested: TaskInstanceStatus): InstanceMove | undefined {
  if (requested === 'R') return undefined;
  const orphaned = FINAL_TASK_STATUSES.includes(state.taskStatus) && TASK_INSTANCE_ERRORS.includes(requested);
  return { instance: orphaned ? 'F' : requested, task: undefined };
}

function taskTarget({ numAttempts, maxAttempts }: InstanceState, requested: TaskInstanceStatus): TaskStatus {
  if (requested === 'O' || requested === 'R' || requested === 'D' || requested === 'F') return requested;
  if (numAttempts >= maxAttempts) return 'F';
  return requested === 'Z' ? 'A' : 'G';
}

/**
 * Says whether the task table leads from one status to the other in one step, or through R (a command that ended before
 * its start was stored) or E (which nobody outside ever sees).
 */
function leadsTo(from: TaskStatus, to: TaskStatus): boolean {
  const step = (a: TaskStatus, b: TaskStatus) => allows(TASK_TRANSITIONS, a, b);
  return step(from, to) || (['R', 'E'] as const).some((between) => step(from, between) && step(between, to));
}
