/**
 * What the controller's own refusals mean. Only texts that it sends when it has decided are here: what a failed call says
 * about a lost answer is the same whether the job exists or not.
 */
import { ClusterBusy, ClusterUnreachable, SubmissionRefused } from '../errors.ts';

/** It will never take such a job. */
const PERMANENT: readonly RegExp[] = [
  /invalid partition/i,
  /invalid account/i,
  /invalid qos/i,
  /invalid feature specification/i,
  /invalid job array specification/i,
  /invalid generic resource/i,
  /invalid license/i,
  /invalid node name/i,
  /requested time limit is invalid/i,
  /memory required by task is not available/i,
  /memory specification can not be satisfied/i,
  /more processors requested than permitted/i,
  /requested node configuration is not available/i,
  /requested reservation is invalid/i,
  /user'?s group not permitted/i,
  /access.*denied/i,
  /unrecognized option|invalid option|option '.*' requires|invalid --|unable to open file/i,
];

/** It takes no more at present. */
const TEMPORARY: readonly RegExp[] = [
  /job violates accounting\/qos policy/i,
  /submit limit|job count|max.*jobs.*limit/i,
  /slurm temporarily unable to accept job/i,
  /resource temporarily unavailable/i,
  /required partition not available/i,
];

/** The error that a refused or failed submission is, by its text. */
export function submissionError(text: string): Error {
  const message = text.trim();
  if (TEMPORARY.some((pattern) => pattern.test(message))) return new ClusterBusy(message);
  if (PERMANENT.some((pattern) => pattern.test(message))) return new SubmissionRefused(message);
  return new ClusterUnreachable(message || 'The submission failed without a word.');
}
