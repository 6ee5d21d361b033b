/** What earlier runs of a workflow left on the cluster. */
import type { Requester } from '../../../api/requester.ts';
import { messageOf } from '../../../core/errors.ts';
import type { Logger } from '../../../core/log.ts';
import { mayGoOn } from '../run-instances.ts';
import type { ControllerJob, SlurmController } from './controller.ts';
import { hasEnded, isWaiting } from './job-exit.ts';
import type { JobWatch } from './job-watch.ts';
import { readKey } from './submission-key.ts';

interface EarlierJobs {
  readonly controller: SlurmController;
  readonly watch: JobWatch;
  readonly database: string;
  readonly workflowId: number;
  readonly workflowRunId: number;
  readonly requester: Requester;
  readonly log: Logger;
}

/**
 * Resolves when no job of an earlier run waits, and none runs but those that a hot resume lets finish. A job that Slurm
 * does not let go of is waited for, and so is Slurm itself: its task would otherwise run twice.
 */
export async function endEarlierJobs(search: EarlierJobs): Promise<void> {
  const { controller, watch, log, requester } = search;
  const goesOn = new Map<number, boolean>();
  for (;;) {
    const jobs = await lookAround(watch, log);
    const doomed: string[] = [];
    for (const { job, runId } of jobs.flatMap((job) => earlierJob(job, search))) {
      if (!goesOn.has(runId)) goesOn.set(runId, await mayGoOn(runId, requester));
      if (isWaiting(job.state) || !goesOn.get(runId)) doomed.push(job.id);
    }
    if (doomed.length === 0) return;
    log.warn({ jobs: doomed.length }, 'Ending jobs of an earlier run');
    await controller.cancel(doomed).catch((error: unknown) => {
      log.warn({ error: messageOf(error) }, 'Jobs of an earlier run could not be ended and will be tried again');
    });
  }
}

/** The watch takes the pauses between two looks that fail. */
async function lookAround(watch: JobWatch, log: Logger): Promise<ControllerJob[]> {
  for (;;) {
    try {
      return [...(await watch.look()).jobs.values()];
    } catch (error) {
      log.warn(
        { error: messageOf(error) },
        'Slurm does not say which jobs of earlier runs live; it will be asked again',
      );
    }
  }
}

function earlierJob(
  job: ControllerJob,
  { database, workflowId, workflowRunId }: EarlierJobs,
): { job: ControllerJob; runId: number }[] {
  const key = readKey(job.comment);
  const isEarlier = key?.database === database && key.workflowId === workflowId && key.workflowRunId !== workflowRunId;
  return isEarlier && !hasEnded(job.state) ? [{ job, runId: key.workflowRunId }] : [];
}
