/** How a cluster can fail to do what it was asked. All else is a defect, and treated as a failure of one attempt. */

/** The cluster will never take this job: the attempt ends, with the reason. */
export class SubmissionRefused extends Error {
  override readonly name = 'SubmissionRefused';
}

/** The cluster takes no more at present: the job is submitted later, and no attempt is used. */
export class ClusterBusy extends Error {
  override readonly name = 'ClusterBusy';
}

/** Nothing is known, neither of jobs nor of a submission: the cluster is asked again. */
export class ClusterUnreachable extends Error {
  override readonly name = 'ClusterUnreachable';
}

type ClusterErrorName = 'SubmissionRefused' | 'ClusterBusy' | 'ClusterUnreachable';

/** By name: a plug-in has these classes from another file of the package than we. */
export function isClusterError(error: unknown, ...names: readonly ClusterErrorName[]): boolean {
  return error instanceof Error && (names as readonly string[]).includes(error.name);
}
