import type { Clock } from '../../../core/clock.ts';
import type { ProcessLauncher } from '../../../core/process.ts';
import type { ClusterContext, ClusterDistributor } from '../cluster.ts';
import { CommandController } from './command/command-controller.ts';
import type { JobRequest, Partition, SlurmController } from './controller.ts';
import { readParameters, type SlurmParameters } from './parameters.ts';
import { SlurmCluster } from './slurm-cluster.ts';

/** @throws SkepError config_invalid naming the parameter. */
export function createSlurm(context: ClusterContext): ClusterDistributor {
  const parameters = readParameters(context.clusterName, context.connectionParameters);
  return new SlurmCluster(context, parameters, controllerFor(parameters, context));
}

interface Surroundings {
  readonly clock: Clock;
  readonly processes: ProcessLauncher;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The queues of a cluster that is reached by these connection parameters.
 * @throws SkepError config_invalid naming the parameter; ClusterUnreachable.
 */
export function partitionsOf(
  clusterName: string,
  connectionParameters: Readonly<Record<string, unknown>>,
  surroundings: Surroundings,
): Promise<readonly Partition[]> {
  return controllerFor(readParameters(clusterName, connectionParameters), surroundings).partitions();
}

/**
 * Submits one job that is no task.
 * @returns its id
 * @throws SkepError config_invalid naming the parameter; SubmissionRefused, ClusterBusy, ClusterUnreachable.
 */
export function submitJob(
  clusterName: string,
  connectionParameters: Readonly<Record<string, unknown>>,
  surroundings: Surroundings,
  request: Omit<JobRequest, 'indexes' | 'options' | 'variables'>,
): Promise<string> {
  const controller = controllerFor(readParameters(clusterName, connectionParameters), surroundings);
  return controller.submit({ ...request, indexes: [0], options: {}, variables: {} });
}

function controllerFor(parameters: SlurmParameters, surroundings: Surroundings): SlurmController {
  return new CommandController({ parameters, ...surroundings });
}
