/**
 * What a request to change the status of a workflow run does to it and to its workflow. Source: data-model §5.1, §5.2,
 * http-fsm §5.5, with their repair: run and workflow move together, or neither does.
 */
import {
  allows,
  WORKFLOW_RUN_STATUSES,
  WORKFLOW_RUN_TRANSITIONS,
  WORKFLOW_RUN_UNTIMELY,
  WORKFLOW_STATUS_OF_RUN,
  WORKFLOW_TRANSITIONS,
  type WorkflowRunStatus,
  type WorkflowStatus,
} from '../../core/status.ts';

export type RunDecision =
  /** Illegal, or illegal for the workflow: nothing changes. */
  | { readonly outcome: 'refused' }
  /** The run has this status already, and the request is a sign of life. */
  | { readonly outcome: 'repeated' }
  | {
      readonly outcome: 'moved';
      readonly run: WorkflowRunStatus;
      /** Status that the workflow takes; undefined: it stays as it is. */
      readonly workflow: WorkflowStatus | undefined;
    };

const REFUSED: RunDecision = { outcome: 'refused' };

/** Run statuses that nothing follows. */
const ENDS: readonly WorkflowRunStatus[] = ['D', 'S', 'E', 'T', 'A'];

/** Workflow statuses that a live run gives to its workflow once it has linked. */
const DRIVEN_BY_RUN: readonly WorkflowStatus[] = ['Q', 'I', 'O', 'R'];

/** Decides a request to give the run the status `requested` (any text: peers may send letters that we do not know). */
export function decideRun(run: WorkflowRunStatus, workflow: WorkflowStatus, requested: string): RunDecision {
  if (!isRunStatus(requested)) return REFUSED;
  if (allows(WORKFLOW_RUN_UNTIMELY, run, requested)) return { outcome: 'repeated' };
  if (!allows(WORKFLOW_RUN_TRANSITIONS, run, requested)) return REFUSED;
  const target = WORKFLOW_STATUS_OF_RUN[requested];
  if (target === undefined || target === workflow) return { outcome: 'moved', run: requested, workflow: undefined };
  if (allows(WORKFLOW_TRANSITIONS, workflow, target)) return { outcome: 'moved', run: requested, workflow: target };
  // A user has set or reset the workflow's status while the run was alive. The run must be able to end all the same, or it
  // would own the workflow for ever; the status that the user chose stays.
  if (ENDS.includes(requested) && !DRIVEN_BY_RUN.includes(workflow)) {
    return { outcome: 'moved', run: requested, workflow: undefined };
  }
  return REFUSED;
}

/** Says whether a run may link to a workflow in this status once no other run of it is alive. Source: http-fsm §11.1. */
export function isLinkable(workflow: WorkflowStatus): boolean {
  return workflow === 'G' || allows(WORKFLOW_TRANSITIONS, workflow, 'G');
}

function isRunStatus(letter: string): letter is WorkflowRunStatus {
  return Object.hasOwn(WORKFLOW_RUN_STATUSES, letter);
}
