import { httpTransport } from '../../../api/transport.ts';
import type { Clock } from '../../../core/clock.ts';
import type { ProcessLauncher } from '../../../core/process.ts';
import type { ClusterContext, ClusterDistributor } from '../cluster.ts';
import { CommandController } from './command/command-controller.ts';
import type { JobRequest, Partition, SlurmController } from './controller.ts';
import { readParameters, type SlurmParameters } from './parameters.ts';
import { RestConnection } from './rest/connection.ts';
import { RestController } from './rest/rest-controller.ts';
import { TokenSource } from './rest/token.ts';
import { SlurmCluster } from './slurm-cluster.ts';

/** Bytes. slurmrestd tells all jobs of the cluster at once, in 4 kB each: this is 65,000 of them. */
const LONGEST_ANSWER = 256 * 2 ** 20;

/** @throws SkepError config_invalid naming the parameter. */
export function createSlurm(context: ClusterContext): ClusterDistributor {
  const parameters = readParameters(context.clusterName, context.connectionParameters);
  if (parameters.transport === 'rest' && parameters.maxArraySize === undefined) {
    context.log.info('slurmrestd does not tell MaxArraySize; its default is assumed, unless max_array_size is set');
  }
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
  if (parameters.transport === 'cli') return new CommandController({ parameters, ...surroundings });
  const { slurmConf, restUrl, restApiVersion, restTokenFile, callTimeout: timeout, maxArraySize } = parameters;
  const { clock, environment } = surroundings;
  const { origin, pathname } = new URL(restUrl);
  const connection = new RestConnection({
    transport: httpTransport(origin, { longestAnswer: LONGEST_ANSWER }),
    prefix: pathname.replace(/\/$/, ''),
    version: restApiVersion,
    tokens: new TokenSource({
      ...surroundings,
      file: restTokenFile,
      timeout,
      environment: { ...environment, ...(slurmConf !== undefined && { SLURM_CONF: slurmConf }) },
    }),
    clock,
    timeout,
  });
  return new RestController({ connection, environment, maxArraySize });
}
