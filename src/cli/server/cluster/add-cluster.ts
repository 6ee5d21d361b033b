import type { BodyOf } from '../../../api/route.ts';
import { routes } from '../../../api/routes.ts';
import { SkepError } from '../../../core/errors.ts';
import { partitionsOf } from '../../../distributor/clusters/slurm/index.ts';
import { type CommandContext, type CommonOptions, configFor } from '../../context.ts';
import { writeJson } from '../../views/write.ts';
import { withServer } from '../with-server.ts';

export interface AddClusterOptions extends CommonOptions {
  readonly type: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly queue?: readonly string[];
  readonly json?: boolean;
}

type QueueBody = BodyOf<typeof routes.putCluster>['queues'][number];

/** Seconds of the shortest time limit, and of one that stands for "no limit": a year. */
const SHORTEST_RUNTIME = 1;
const YEAR = 31_536_000;
const MIB_PER_GIB = 1024;

/** Adds a cluster to the server, with the queues that it reports where it can be asked. */
export async function addCluster(name: string, options: AddClusterOptions, context: CommandContext): Promise<void> {
  const { type, parameters = {} } = options;
  const queues = type === 'slurm' ? await slurmQueues(name, options, context) : (options.queue ?? []).map(unlimited);
  const body = { cluster_type: type, connection_parameters: { ...parameters }, queues };
  const answer = await withServer(options, context, (requester) =>
    requester.call(routes.putCluster, { params: { cluster_name: name }, body }),
  );
  const outcome = { cluster: name, created: answer.created, queues: queues.map((queue) => queue.name) };
  if (options.json) return writeJson(outcome, context);
  const names = outcome.queues.length === 0 ? 'no queues' : `the queues ${outcome.queues.join(', ')}`;
  const text = `${answer.created ? 'Added' : 'Changed'} cluster ${name} of type ${type} with ${names}.`;
  context.output.write(`${text}\n`);
}

const unlimited = (name: string): QueueBody => ({ name, parameters: {} });

/** @throws SkepError queue_unknown naming the queue that the cluster does not report. */
async function slurmQueues(
  name: string,
  { parameters = {}, queue: wanted, ...options }: AddClusterOptions,
  context: CommandContext,
): Promise<QueueBody[]> {
  configFor(context, options); // A wrong configuration is told before anything is asked.
  const partitions = await partitionsOf(name, parameters, context);
  const missing = wanted?.find((queue) => !partitions.some((partition) => partition.name === queue));
  if (missing !== undefined) {
    const known = partitions.map((partition) => partition.name).join(', ');
    throw new SkepError('queue_unknown', `Cluster ${name} has no queue ${missing}; it has ${known}.`);
  }
  return partitions
    .filter((partition) => wanted === undefined || wanted.includes(partition.name))
    .map(({ name: queue, cores, memory, runtime = YEAR }) => ({
      name: queue,
      parameters: {
        ...(cores !== undefined && { cores: [1, cores] as [number, number] }),
        ...(memory !== undefined && { memory: [1, Math.max(1, Math.floor(memory / MIB_PER_GIB))] as [number, number] }),
        runtime: [SHORTEST_RUNTIME, runtime] as [number, number],
      },
    }));
}
