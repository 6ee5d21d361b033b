/**
 * For modules that bring a type of clusters (`skep/cluster`): the types of what they export and get, the failures that they
 * tell of, and the command that a job runs.
 */
export type {
  AdoptedJob,
  ClusterContext,
  ClusterDistributor,
  ExitInfo,
  JobState,
  Step,
  StopMode,
  Submission,
} from './clusters/cluster.ts';
export { ClusterBusy, ClusterUnreachable, SubmissionRefused } from './clusters/errors.ts';
export type { ClusterPlugIn } from './clusters/plug-in.ts';
export { workerCommand } from './clusters/worker-command.ts';
