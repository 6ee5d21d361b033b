/** Why a task does not run, or why it failed: what it comes to, and sentences for people, the most important first. */
import { TASK_INSTANCE_STATUSES, type TaskInstanceStatus, type TaskStatus } from '../../../core/status.ts';

type ExplanationKind =
  | 'done'
  | 'running'
  | 'failed'
  | 'upstream_unfinished'
  | 'upstream_failed'
  | 'workflow_limit'
  | 'array_limit'
  | 'paused'
  | 'cluster_waits'
  | 'being_submitted'
  | 'about_to_be_tried_again'
  | 'no_live_run'
  | 'about_to_be_queued';

export interface Explanation {
  readonly kind: ExplanationKind;
  readonly sentences: readonly string[];
}

/** What is known of a task and of what stands around it. */
export interface TaskFacts {
  readonly status: TaskStatus;
  readonly attempts: number;
  readonly maxAttempts: number;
  /** Undefined: there was no attempt yet. */
  readonly newest: AttemptFacts | undefined;
  readonly workflowId: number;
  /** A run of the workflow lives. */
  readonly isLive: boolean;
  /** Of the tasks right upstream: how many are not done, and the names of the first of them and of the first that failed. */
  readonly unfinished: number;
  readonly firstUnfinished: string | undefined;
  readonly firstFailed: string | undefined;
  /** Tasks that are active now, and how many may be. */
  readonly workflow: Places;
  readonly array: Places & { readonly name: string };
}

interface Places {
  readonly active: number;
  readonly limit: number;
}

interface AttemptFacts {
  readonly status: TaskInstanceStatus;
  /** The newest entry of its error log. */
  readonly error: string | undefined;
  readonly ranOut: string | null;
  readonly pendingReason: string | null;
}

export function explain(facts: TaskFacts): Explanation {
  switch (facts.status) {
    case 'D':
      return { kind: 'done', sentences: [`Done, at attempt ${facts.attempts} of ${facts.maxAttempts}.`] };
    case 'F':
      return failed(facts);
    case 'R':
      return { kind: 'running', sentences: [`Its attempt ${facts.attempts} of ${facts.maxAttempts} is running.`] };
    case 'O':
      return submitted(facts);
    case 'Q':
    case 'I':
      return {
        kind: 'being_submitted',
        sentences: [...withoutRun(facts), 'Its attempt is being submitted to the cluster.'],
      };
    default:
      return waiting(facts);
  }
}

function failed({ attempts, maxAttempts, newest }: TaskFacts): Explanation {
  const tries = `It failed for good after attempt ${attempts} of ${maxAttempts}.`;
  return { kind: 'failed', sentences: [tries, ...endOf(newest)] };
}

/** How an attempt ended, in its own words. */
function endOf(attempt: AttemptFacts | undefined): string[] {
  if (attempt === undefined) return [];
  const { status, error, ranOut } = attempt;
  const lack = ranOut === 'memory' ? 'It ran out of memory.' : ranOut === 'runtime' ? 'It ran out of time.' : undefined;
  const words = error ?? `The attempt: ${TASK_INSTANCE_STATUSES[status].description.toLowerCase()}`;
  return lack === undefined ? [words] : [lack, words];
}

function submitted(facts: TaskFacts): Explanation {
  const reason = facts.newest?.pendingReason ?? undefined;
  const sentence =
    reason === undefined
      ? 'Its attempt was submitted, and the cluster has not started it yet.'
      : `Its attempt was submitted, and the cluster lets it wait: ${reason}.`;
  return { kind: 'cluster_waits', sentences: [...withoutRun(facts), sentence] };
}

function waiting(facts: TaskFacts): Explanation {
  const { unfinished, firstFailed, firstUnfinished, workflow, array } = facts;
  if (firstFailed !== undefined) {
    const sentence = `It waits for ${firstFailed}, which has failed for good: it runs when that is done after a resume.`;
    return { kind: 'upstream_failed', sentences: [sentence] };
  }
  if (unfinished > 0) {
    const others = unfinished > 1 ? ` and ${unfinished - 1} more` : '';
    const sentence = `It waits for ${firstUnfinished}${others}: ${unfinished === 1 ? 'that is' : 'those are'} not done yet.`;
    return { kind: 'upstream_unfinished', sentences: [sentence, ...withoutRun(facts)] };
  }
  if (!facts.isLive) return { kind: 'no_live_run', sentences: withoutRun(facts) };
  if (workflow.limit === 0) {
    const sentence = `The workflow is paused: skep workflow continue -w ${facts.workflowId} lets its tasks start.`;
    return { kind: 'paused', sentences: [sentence] };
  }
  if (workflow.active >= workflow.limit) return { kind: 'workflow_limit', sentences: [taken('workflow', workflow)] };
  if (array.active >= array.limit) return { kind: 'array_limit', sentences: [taken(`template ${array.name}`, array)] };
  if (facts.attempts > 0) {
    const next = `It will be tried again: attempt ${facts.attempts + 1} of ${facts.maxAttempts}.`;
    return { kind: 'about_to_be_tried_again', sentences: [next, ...endOf(facts.newest)] };
  }
  return { kind: 'about_to_be_queued', sentences: ['All that it waits for is done: it is about to be queued.'] };
}

function taken(whose: string, { active, limit }: Places): string {
  return `All ${limit} places of its ${whose} are taken: ${active} of its tasks are active.`;
}

function withoutRun({ isLive, workflowId }: TaskFacts): string[] {
  return isLive ? [] : [`No run of its workflow lives: skep workflow resume -w ${workflowId} goes on with it.`];
}
