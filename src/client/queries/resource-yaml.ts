/** A resource file of what the tasks of a workflow used, to start the next one with. Source: client §17.4. */
import { Document, type Pair, type Scalar, visit } from 'yaml';
import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { SkepError } from '../../core/errors.ts';
import { inParallel } from '../binding/pipeline.ts';
import { DEFAULT_CLUSTER } from '../defaults.ts';
import { readTemplateStatistics, type TemplateStatistics } from './template-usage.ts';

/** Which of the values that the attempts used, or the tasks asked for, is written down. */
export type ResourceStrategy = 'avg' | 'min' | 'max';

/** What a resource file is made of. */
export interface ResourceYamlOptions {
  /** The templates of all tasks of this workflow … */
  readonly workflowId?: number | undefined;
  /** … or the template of this task: exactly one of the two. */
  readonly taskId?: number | undefined;
  /** Default: avg. */
  readonly memoryStrategy?: ResourceStrategy | undefined;
  /** Default: avg. */
  readonly coreStrategy?: ResourceStrategy | undefined;
  /** Default: max. */
  readonly runtimeStrategy?: ResourceStrategy | undefined;
  /** Every cluster gets the same values. Default: multiprocess. */
  readonly clusters?: readonly string[] | undefined;
}

/** What the tasks of one template are to ask for. */
interface TemplateResources {
  readonly cores: number;
  /** Such as `400B`. */
  readonly memory: string;
  /** Seconds. */
  readonly runtime: number;
  /** Left out when no task was ever sent to one. */
  readonly queue?: string;
}

/** Template name → cluster name → resources, as a resource file has them below `task_template_resources`. */
export type ResourcesByTemplate = Readonly<Record<string, Readonly<Record<string, TemplateResources>>>>;

/** What is written where nothing is known. */
const UNKNOWN = { cores: 1, memory: 1, runtime: 3600 } as const;
const STATISTIC = { avg: 'mean', min: 'min', max: 'max' } as const;
const QUERIES_IN_FLIGHT = 8;

/**
 * The text of a file that `yamlFile` and `setDefaultComputeResourcesFromYaml` read.
 * @throws SkepError invalid_usage unless exactly one of workflow and task is given; not_found when it has no template.
 */
export async function createResourceYaml(requester: Requester, options: ResourceYamlOptions): Promise<string> {
  return resourceYaml(await collectResources(requester, options));
}

/** What {@link createResourceYaml} writes. Of several versions of a template, the newest counts. @throws as that */
export async function collectResources(
  requester: Requester,
  options: ResourceYamlOptions,
): Promise<ResourcesByTemplate> {
  const { memoryStrategy = 'avg', coreStrategy = 'avg', runtimeStrategy = 'max' } = options;
  const { clusters = [DEFAULT_CLUSTER] } = options;
  const versions = await readVersions(requester, options);
  // Both routes read the ids as a tuple is written.
  const query = { task_template_version_ids: `(${[...versions.keys()].join(', ')})` };
  const { core_info: cores } = await requester.call(routes.getRequestedCores, { query });
  const { queue_info: queues } = await requester.call(routes.getMostPopularQueue, { query });
  const coresOf = new Map(cores.map((info) => [info.id, info[coreStrategy]]));
  const queueOf = new Map(queues.map(({ id, queue }) => [id, queue]));
  const statisticsOf = new Map<number, TemplateStatistics>();
  await inParallel(versions.keys(), QUERIES_IN_FLIGHT, async (id) => {
    statisticsOf.set(id, await readTemplateStatistics(requester, id));
  });
  const resourcesOf = (id: number): TemplateResources => {
    const statistics = statisticsOf.get(id);
    const memory = statistics?.[`${STATISTIC[memoryStrategy]}_mem`] ?? UNKNOWN.memory;
    const runtime = statistics?.[`${STATISTIC[runtimeStrategy]}_runtime`] ?? UNKNOWN.runtime;
    const queue = queueOf.get(id);
    return {
      cores: coresOf.get(id) ?? UNKNOWN.cores,
      memory: `${Math.trunc(memory)}B`,
      runtime: Math.trunc(runtime),
      ...(queue !== undefined && { queue }),
    };
  };
  const onClusters = (id: number) => Object.fromEntries(clusters.map((cluster) => [cluster, resourcesOf(id)]));
  return Object.fromEntries([...versions].map(([id, name]) => [name, onClusters(id)]));
}

/** The file that holds these resources: values of text are quoted, keys only where they must be. */
export function resourceYaml(resources: ResourcesByTemplate): string {
  const document = new Document({ task_template_resources: resources }, { aliasDuplicateObjects: false });
  visit(document, {
    Pair(_key, pair) {
      const { value } = pair as Pair<unknown, Scalar>;
      if (typeof value?.value === 'string') value.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** Version id → template name, by ascending id. */
async function readVersions(
  requester: Requester,
  { workflowId, taskId }: ResourceYamlOptions,
): Promise<Map<number, string>> {
  if ((workflowId === undefined) === (taskId === undefined)) {
    throw new SkepError('invalid_usage', 'Give either workflowId or taskId to say whose resources are wanted.');
  }
  const query = workflowId === undefined ? { task_id: taskId } : { workflow_id: workflowId };
  const { task_template_version_ids: versions } = await requester.call(routes.getTemplateVersions, { query });
  if (versions.length === 0) {
    const owner = workflowId === undefined ? `Task ${taskId}` : `Workflow ${workflowId}`;
    throw new SkepError('not_found', `${owner} does not exist or has no task.`);
  }
  return new Map(versions.sort((left, right) => left.id - right.id).map(({ id, name }) => [id, name]));
}
