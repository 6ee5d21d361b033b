/** What tools, task templates and workflows know about the tasks below them. Source: client §4.2, §5.4, §6. */
import { SkepError } from '../core/errors.ts';
import type { ResourceScale } from './resources/scales.ts';

/** Resource name → requested value (`cores`, `memory`, `runtime`, `queue` and whatever else the cluster knows). */
export type ResourceValues = Readonly<Record<string, unknown>>;
/** Resource name → how its request grows after a failure for want of it. */
export type ScaleValues = Readonly<Record<string, ResourceScale>>;
/** Cluster name → values for the tasks on that cluster. */
export type PerCluster<Values> = Readonly<Record<string, Values>>;

/** The cluster of a workflow that names none anywhere: this machine. */
export const DEFAULT_CLUSTER = 'multiprocess';
/** Key of values that hold on whichever cluster the tasks run. */
export const ANY_CLUSTER = '';

/** Defaults that a tool, a template or a workflow is made with. */
export interface DefaultOptions {
  readonly defaultClusterName?: string | undefined;
  /** Cluster name → resources of tasks on it. */
  readonly defaultComputeResourcesSet?: PerCluster<ResourceValues> | undefined;
  /** Cluster name → scales of tasks on it; or scales alone, for whichever cluster. */
  readonly defaultResourceScalesSet?: PerCluster<ScaleValues> | ScaleValues | undefined;
  readonly defaultMaxAttempts?: number | undefined;
}

/** Defaults of the tasks below; a change counts for everything that is bound after it. */
export abstract class Defaults {
  #clusterName: string | undefined;
  #maxAttempts: number | undefined;
  readonly #resources = new Map<string, ResourceValues>();
  readonly #scales = new Map<string, ScaleValues>();

  /** Cluster of tasks that name none; undefined when it is left open here. */
  get defaultClusterName(): string | undefined {
    return this.#clusterName;
  }

  /** Attempts of tasks that say nothing themselves; undefined when it is left open here. */
  get defaultMaxAttempts(): number | undefined {
    return this.#maxAttempts;
  }

  /** A copy of the default resources of all clusters. */
  get defaultComputeResourcesSet(): PerCluster<ResourceValues> {
    return Object.fromEntries([...this.#resources].map(([cluster, values]) => [cluster, copyOf(values)]));
  }

  /** A copy of the default scales of all clusters. */
  get defaultResourceScalesSet(): PerCluster<ScaleValues> {
    return Object.fromEntries([...this.#scales].map(([cluster, values]) => [cluster, copyOf(values)]));
  }

  /** Default resources of tasks on one cluster. */
  defaultComputeResources(clusterName: string): ResourceValues {
    return { ...this.#resources.get(ANY_CLUSTER), ...this.#resources.get(clusterName) };
  }

  /** Default scales of tasks on one cluster. */
  defaultResourceScales(clusterName: string): ScaleValues {
    return { ...this.#scales.get(ANY_CLUSTER), ...this.#scales.get(clusterName) };
  }

  setDefaultClusterName(name: string): void {
    this.#clusterName = name === '' ? undefined : name;
  }

  /** @throws SkepError argument_invalid unless it is a whole number of at least 1. */
  setDefaultMaxAttempts(maxAttempts: number): void {
    this.#maxAttempts = checkMaxAttempts(maxAttempts, 'the default');
  }

  /** Replaces the default resources on a cluster, which becomes the default cluster if there is none yet. */
  setDefaultComputeResources(clusterName: string, resources: ResourceValues): void {
    this.#resources.set(clusterName, copyOf(resources));
    this.#clusterName ??= clusterName === ANY_CLUSTER ? undefined : clusterName;
  }

  /** Changes only the given default resources on a cluster, which becomes the default cluster if there is none yet. */
  updateDefaultComputeResources(clusterName: string, resources: ResourceValues): void {
    this.setDefaultComputeResources(clusterName, { ...this.#resources.get(clusterName), ...resources });
  }

  /** Replaces the default scales on a cluster, which becomes the default cluster if there is none yet. */
  setDefaultResourceScales(clusterName: string, scales: ScaleValues): void {
    this.#scales.set(clusterName, copyOf(scales));
    this.#clusterName ??= clusterName === ANY_CLUSTER ? undefined : clusterName;
  }

  /** Changes only the given default scales on a cluster, which becomes the default cluster if there is none yet. */
  updateDefaultResourceScales(clusterName: string, scales: ScaleValues): void {
    this.setDefaultResourceScales(clusterName, { ...this.#scales.get(clusterName), ...scales });
  }

  /** Sets what is given. @throws SkepError argument_invalid or scale_invalid */
  protected applyDefaults(options: DefaultOptions): void {
    this.setDefaultClusterName(options.defaultClusterName ?? '');
    for (const [clusterName, resources] of Object.entries(options.defaultComputeResourcesSet ?? {})) {
      if (!isNested(resources)) {
        const sentence = `defaultComputeResourcesSet.${clusterName} is ${resources}, not the resources of a cluster.`;
        throw new SkepError('argument_invalid', sentence);
      }
      this.setDefaultComputeResources(clusterName, resources);
    }
    const scales = scalesPerCluster(options.defaultResourceScalesSet ?? {});
    for (const [clusterName, values] of Object.entries(scales)) this.setDefaultResourceScales(clusterName, values);
    if (options.defaultMaxAttempts !== undefined) this.setDefaultMaxAttempts(options.defaultMaxAttempts);
  }
}

/** A copy of values that no later change of the original reaches; functions stay themselves. */
export function copyOf<Values extends object>(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, copyOfValue(value)])) as Values;
}

function copyOfValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOfValue);
  return isNested(value) && Object.getPrototypeOf(value) === Object.prototype ? copyOf(value) : value;
}

/**
 * Reads scales in either shape: `{memory: 0.5}` for whichever cluster, or `{slurm: {memory: 0.5}}`.
 * @throws SkepError scale_invalid when the two are mixed.
 */
function scalesPerCluster(scales: PerCluster<ScaleValues> | ScaleValues): PerCluster<ScaleValues> {
  const perCluster = Object.values(scales).filter((value) => isNested(value) && !(Symbol.iterator in value));
  if (perCluster.length === 0) return { [ANY_CLUSTER]: scales as ScaleValues };
  if (perCluster.length === Object.keys(scales).length) return scales as PerCluster<ScaleValues>;
  throw new SkepError(
    'scale_invalid',
    `The default scales ${Object.keys(scales).join(', ')} mix names of clusters with names of resources.`,
  );
}

/** @throws SkepError argument_invalid unless `maxAttempts` is a whole number of at least 1; `owner` names whose it is. */
export function checkMaxAttempts(maxAttempts: number, owner: string): number {
  if (Number.isSafeInteger(maxAttempts) && maxAttempts >= 1) return maxAttempts;
  throw new SkepError('argument_invalid', `maxAttempts of ${owner} is ${maxAttempts}: it must be at least 1.`);
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
