import { ownProgram } from '../../core/own-files.ts';
import type { Submission } from './cluster.ts';

/**
 * Program and arguments that a job runs for its step: the worker of this copy of Skep, by the Node that runs us. It finds its
 * step in its environment: `JOB_ID` is any id of the batch, `ARRAY_STEP_ID` the step; the job is called `<JOB_ID>_<step>`
 * from there on, which has to be the id that `submit` gave for it.
 */
export function workerCommand({ workerArguments }: Pick<Submission, 'workerArguments'>): string[] {
  return [process.execPath, ownProgram('worker/main.ts'), ...workerArguments];
}
