/** The programs that a cluster starts for one task instance. Source: distributor-worker §8.1, §8.2. */
import { routes } from '../api/routes.ts';
import { messageOf, SkepError } from '../core/errors.ts';
import { PROTOCOL_VERSION } from '../core/version.ts';
import { Attempt } from './attempt.ts';
import { clusterJob, commandEnvironment } from './environment.ts';
import { EXIT } from './exit.ts';
import { DirectLauncher } from './launch/direct-launcher.ts';
import { attemptParts, type WorkerParts } from './setup.ts';

export type InstanceName =
  | { readonly taskInstanceId: number }
  | { readonly arrayId: number; readonly batchNumber: number };

export interface SingleShotOptions {
  readonly instance: InstanceName;
  /** Of {@link checkCluster}: sent before anything else, and awaited by the command alone, for somebody waits for that. */
  readonly clusterCheck: Promise<void>;
  readonly expectedVersion: string;
  /** Aborted when the cluster asks the worker to end. */
  readonly signal: AbortSignal;
}

/** Runs one task instance and gives the exit code. */
export async function runSingleShot(parts: WorkerParts, options: SingleShotOptions): Promise<number> {
  const { log, environment } = parts;
  const { distributorId, stepId } = clusterJob(environment);
  // Asked together: the answers do not depend on each other, and somebody waits for the command.
  const launcher = new DirectLauncher(parts.processes, commandEnvironment(environment));
  const ready = attemptParts(parts, launcher, { waitsForOnlookers: false });
  ready.catch(() => {}); // It is awaited below, or of no use.
  let taskInstanceId: number;
  try {
    taskInstanceId = await findInstance(parts, options.instance, stepId);
  } catch (error) {
    log.error({ error: messageOf(error) }, 'The task instance cannot be found');
    return EXIT.notFound;
  }
  if (!isCompatible(options.expectedVersion)) return refuseVersion(parts, taskInstanceId, options.expectedVersion);
  const { lease } = parts.config.worker_node;
  // Of Slurm it is known that SIGTERM comes at its limits and for more urgent jobs.
  const isLimitedByCluster = Boolean(environment.SLURM_JOB_ID);
  const job = { taskInstanceId, distributorId, memory: null, runtime: null, lease, isLimitedByCluster };
  const isRefused = options.clusterCheck.then(
    () => false,
    (error: unknown) => {
      log.error({ error: messageOf(error) }, 'The cluster cannot be found');
      return true;
    },
  );
  const readyParts = await ready;
  // The room is made last: an answer that has long come must find the attempt that it stops.
  const room = isRefused.then((refused) => {
    if (refused) attempt.stop('shutdown');
  });
  const attempt = new Attempt(job, readyParts, room);
  if (options.signal.aborted) attempt.stop('shutdown');
  options.signal.addEventListener('abort', () => attempt.stop('shutdown'), { once: true });
  const { accepted, message } = await attempt.over;
  log.info({ task_instance_id: taskInstanceId, accepted }, message);
  if (await isRefused) return EXIT.notFound;
  return accepted ? EXIT.accepted : EXIT.failed;
}

async function findInstance(
  { requester }: WorkerParts,
  instance: InstanceName,
  stepId: number | null,
): Promise<number> {
  if ('taskInstanceId' in instance) return instance.taskInstanceId;
  if (stepId === null) {
    throw new SkepError('invalid_usage', 'No step id: neither ARRAY_STEP_ID nor SLURM_ARRAY_TASK_ID is set.');
  }
  const { arrayId, batchNumber } = instance;
  const params = { array_id: arrayId, batch_num: batchNumber, step_id: stepId };
  return (await requester.call(routes.getArrayTaskInstanceId, { params })).task_instance_id;
}

/** Patch releases keep the protocol. */
function isCompatible(expected: string): boolean {
  const release = (version: string) => version.split('.').slice(0, 2).join('.');
  return release(expected) === release(PROTOCOL_VERSION);
}

/** Said to the server at once: it would otherwise hear nothing for ten minutes, and try again what cannot work. */
async function refuseVersion({ requester, log }: WorkerParts, taskInstanceId: number, expected: string) {
  const error_message = `The worker speaks version ${PROTOCOL_VERSION}, the distributor expects ${expected}.`;
  const body = { error_state: 'F', error_message };
  try {
    await requester.call(routes.logKnownError, { params: { task_instance_id: taskInstanceId }, body });
  } catch (error) {
    log.error({ error: messageOf(error) }, 'The version mismatch could not be reported');
  }
  log.error({ task_instance_id: taskInstanceId }, error_message);
  return EXIT.versionMismatch;
}
