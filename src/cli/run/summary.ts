/** What is left to say when a run has ended. Pure: the same outcome gives the same text. */
import { formatDuration } from '../../core/units.ts';
import { type Paint, plural } from '../output/terminal.ts';
import { failureLines } from './failure-lines.ts';
import type { Failure } from './failures.ts';

export interface Outcome {
  readonly workflowId: number;
  readonly workflowRunId: number;
  /** Letter of the workflow run. */
  readonly status: string;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  /** Seconds. */
  readonly elapsed: number;
  /** Failed tasks with their reasons; possibly not all of them. */
  readonly failures: readonly Failure[];
  /** The command that resumes this workflow. */
  readonly resumeCommand: string;
}

/** Letter of a run that another command told to stop, to stop for good or for a resume; what it ended is no failure. */
const TOLD_TO_STOP = 'T';

/** Lines of a failed task's output that are shown. */
const TAIL = 10;

export function isSuccess({ status, total, done }: Outcome): boolean {
  return status === 'D' && done === total;
}

export function renderSummary(outcome: Outcome, width: number, paint: Paint): string {
  const { workflowId, total, done, failed, elapsed, failures } = outcome;
  const time = `in ${formatDuration(elapsed)}`;
  if (isSuccess(outcome)) {
    const what = total === 1 ? '1 task' : `all ${plural(total, 'task')}`;
    return `${paint('green', '✔')} Done: ${what}, ${time} (workflow ${workflowId}).`;
  }
  if (outcome.status === TOLD_TO_STOP) {
    const sentence = `Stopped from elsewhere: another command ended this run of workflow ${workflowId}, or took over, ${time}.`;
    return `${paint('yellow', '■')} ${sentence}\nHow it stands:  skep workflow status -w ${workflowId}`;
  }
  const counts = [`${done} of ${plural(total, 'task')} done`, `${failed} failed`, `${total - done - failed} not run`];
  const lines = [`${paint('red', '✘')} ${counts.join(', ')}, ${time} (workflow ${workflowId}).`];
  for (const failure of failures) lines.push('', ...failureLines(failure, TAIL, width, paint));
  if (failed > failures.length) lines.push('', `… and ${plural(failed - failures.length, 'more failed task')}.`);
  lines.push('', ...nextSteps(outcome));
  return lines.join('\n');
}

/** The outcome for programs. */
export function outcomeAsJson(outcome: Outcome): string {
  const { workflowId, workflowRunId, status, total, done, failed, elapsed, failures, resumeCommand } = outcome;
  return JSON.stringify(
    {
      workflow_id: workflowId,
      workflow_run_id: workflowRunId,
      status,
      tasks: { total, done, failed, not_run: total - done - failed },
      elapsed_seconds: Math.round(elapsed * 1000) / 1000,
      failures: failures.map(({ id, name, error, stderrFile }) => ({
        task_id: id,
        name,
        error,
        stderr_file: stderrFile ?? null,
      })),
      resume_command: isSuccess(outcome) ? null : resumeCommand,
    },
    null,
    2,
  );
}

function nextSteps({ workflowId, failures, failed, resumeCommand }: Outcome): string[] {
  const [first] = failures;
  return [
    ...(failed > 0 ? [`Failed tasks:  skep workflow tasks -w ${workflowId} -s FATAL`] : []),
    ...(first === undefined ? [] : [`One of them:   skep task status -t ${first.id}`]),
    `To resume:     ${resumeCommand}`,
  ];
}
