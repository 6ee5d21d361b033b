/** Clusters and their queues by name, each asked of the server once. Source: client §9.3. */
import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { messageOf, SkepError } from '../../core/errors.ts';
import { parseLiteral } from '../../core/python-literal.ts';
import { createQueue, type Queue } from './queue.ts';

interface ClusterFields {
  readonly id: number;
  readonly name: string;
  /** Name of the cluster type, which decides what its queues check. */
  readonly type: string;
  /** Options of the distributor's cluster plug-in. */
  readonly connectionParameters: Readonly<Record<string, unknown>>;
}

/** A cluster that a server knows, with its queues as they are asked for. */
export class Cluster implements ClusterFields {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly connectionParameters: Readonly<Record<string, unknown>>;
  readonly #requester: Requester;
  readonly #queues = new Map<string, Promise<Queue>>();

  constructor(requester: Requester, { id, name, type, connectionParameters }: ClusterFields) {
    this.id = id;
    this.name = name;
    this.type = type;
    this.connectionParameters = connectionParameters;
    this.#requester = requester;
  }

  /** @throws SkepError queue_unknown naming queue and cluster. */
  getQueue(name: string): Promise<Queue> {
    return remembered(this.#queues, name, () => this.#askForQueue(name));
  }

  async #askForQueue(name: string): Promise<Queue> {
    const params = { cluster_id: this.id, queue_name: name };
    const { queue } = await this.#requester.call(routes.getQueue, { params });
    if (queue === null) throw new SkepError('queue_unknown', `Queue ${name} does not exist on cluster ${this.name}.`);
    const [id, queueName, parameters] = queue;
    const what = `the parameters of queue ${name} on cluster ${this.name}`;
    return createQueue(this.type, { id, name: queueName, parameters: dictionaryOf(parameters, what) });
  }
}

/** The clusters of a server by name, each asked for once. */
export class Clusters {
  readonly #requester: Requester;
  readonly #clusters = new Map<string, Promise<Cluster>>();

  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /** @throws SkepError cluster_unknown naming the cluster. */
  get(name: string): Promise<Cluster> {
    return remembered(this.#clusters, name, () => this.#askForCluster(name));
  }

  async #askForCluster(name: string): Promise<Cluster> {
    const { cluster } = await this.#requester.call(routes.getCluster, { params: { cluster_name: name } });
    if (cluster === null) throw new SkepError('cluster_unknown', `Cluster ${name} does not exist on the server.`);
    const [id, clusterName, type, parameters] = cluster;
    const connectionParameters = dictionaryOf(parameters, `the connection parameters of cluster ${name}`);
    return new Cluster(this.#requester, { id, name: clusterName, type, connectionParameters });
  }
}

/** The stored promise, or a new one; a failure is forgotten, so that the next caller asks again. */
function remembered<Value>(
  cache: Map<string, Promise<Value>>,
  name: string,
  ask: () => Promise<Value>,
): Promise<Value> {
  let answer = cache.get(name);
  if (answer === undefined) {
    answer = ask().catch((error: unknown) => {
      cache.delete(name);
      throw error;
    });
    cache.set(name, answer);
  }
  return answer;
}

function dictionaryOf(text: string | null, what: string): Readonly<Record<string, unknown>> {
  if (text === null) return {};
  try {
    const value = parseLiteral(text);
    if (value === null) return {};
    if (typeof value === 'object' && !Array.isArray(value)) return value;
  } catch (cause) {
    throw new SkepError('literal_malformed', `Cannot read ${what}: ${messageOf(cause)}`, { cause });
  }
  throw new SkepError('literal_malformed', `Cannot read ${what}: ${text} is not a dictionary.`);
}
