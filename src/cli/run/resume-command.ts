import { shellQuote } from '../../core/shell-quote.ts';

/**
 * The command that goes on with the run that `words` (the words after `skep`) started. Where nothing was bound, the same
 * command again is what resumes.
 */
export function resumeCommandOf(words: readonly string[], withResume = true): string {
  const all = words.includes('--resume') || !withResume ? words : [...words, '--resume'];
  return ['skep', ...all].map(shellQuote).join(' ');
}

/** The command that goes on with a workflow that only its id tells from others. */
export function resumeByIdCommandOf(
  workflowId: number,
  clusterName: string,
  dataDirectory: string | undefined,
): string {
  return commandIn(dataDirectory, ['workflow', 'resume', '-w', String(workflowId), '-c', clusterName]);
}

/** The command that distributes the tasks of a run. */
export function distributorCommandOf(workflowRunId: number, dataDirectory: string | undefined): string {
  return commandIn(dataDirectory, ['distributor', 'start', '--workflow-run', String(workflowRunId)]);
}

function commandIn(dataDirectory: string | undefined, words: readonly string[]): string {
  const where = dataDirectory === undefined ? [] : ['--data-dir', dataDirectory];
  return ['skep', ...where, ...words].map(shellQuote).join(' ');
}
