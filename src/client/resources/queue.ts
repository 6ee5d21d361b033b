/** What a queue of a cluster accepts. Limits come with the queue's parameters; which of them count depends on the cluster type. */
import { SkepError } from '../../core/errors.ts';
import type { Resources } from './resources.ts';

/** The judgement on a request: `message` is empty where there is nothing to say. */
interface QueueVerdict {
  readonly valid: boolean;
  readonly message: string;
}

/** A queue of a cluster, with the limits of what may be asked of it. */
export interface Queue {
  readonly id: number;
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Says what is wrong with a request. Without `strict`, limits of the multiprocess type warn and do not refuse. */
  validate(resources: Resources, options?: { readonly strict?: boolean }): QueueVerdict;
  /** The nearest request that the queue accepts; the same object where nothing has to change. */
  coerce(resources: Resources): Resources;
}

type QueueFields = Pick<Queue, 'id' | 'name' | 'parameters'>;

/**
 * A queue of a cluster of type `clusterType`.
 * Types that are not bundled get the limits that their parameters hold. Source: client §9.3.
 * @throws SkepError resources_invalid for a multiprocess queue without a range of cores.
 */
export function createQueue(clusterType: string, fields: QueueFields): Queue {
  if (clusterType === 'dummy' || clusterType === 'sequential') return unlimitedQueue(fields);
  if (clusterType === 'multiprocess') return multiprocessQueue(fields);
  return limitedQueue(fields);
}

const VALID: QueueVerdict = { valid: true, message: '' };

function unlimitedQueue(fields: QueueFields): Queue {
  return { ...fields, validate: () => VALID, coerce: (resources) => resources };
}

/** Cores are checked and never clamped: a task that asks for more cores than the machine has may still run on it. */
function multiprocessQueue(fields: QueueFields): Queue {
  const range = rangeOf(fields.parameters.cores);
  if (range === undefined) {
    const sentence = `Queue ${fields.name} has cores ${JSON.stringify(fields.parameters.cores)}, not a range (minimum, maximum).`;
    throw new SkepError('resources_invalid', sentence);
  }
  return {
    ...fields,
    validate(resources, { strict = false } = {}) {
      const message =
        resources.cores === undefined
          ? `No cores are asked for on queue ${fields.name}.`
          : complaint(fields.name, 'cores', resources.cores, range);
      return { valid: !strict || message === '', message };
    },
    coerce: (resources) => resources,
  };
}

/** The resources whose ranges a queue's parameters may hold, as `(minimum, maximum)`. */
const LIMITED_RESOURCES = ['cores', 'memory', 'runtime'] as const;

function limitedQueue(fields: QueueFields): Queue {
  const ranges = LIMITED_RESOURCES.flatMap((resource) => {
    const range = rangeOf(fields.parameters[resource]);
    return range === undefined ? [] : [{ resource, range }];
  });
  return {
    ...fields,
    validate(resources) {
      const complaints = ranges
        .map(({ resource, range }) => complaint(fields.name, resource, resources[resource], range))
        .filter((message) => message !== '');
      return { valid: complaints.length === 0, message: complaints.join(' ') };
    },
    coerce(resources) {
      const clamped = { ...resources };
      let changed = false;
      for (const { resource, range } of ranges) {
        const value = resources[resource];
        if (typeof value !== 'number') continue;
        clamped[resource] = Math.min(Math.max(value, range.minimum), range.maximum);
        changed ||= clamped[resource] !== value;
      }
      return changed ? clamped : resources;
    },
  };
}

interface Range {
  readonly minimum: number;
  readonly maximum: number;
}

function rangeOf(parameter: unknown): Range | undefined {
  if (!Array.isArray(parameter) || parameter.length !== 2) return undefined;
  const [minimum, maximum] = parameter as unknown[];
  return typeof minimum === 'number' && typeof maximum === 'number' ? { minimum, maximum } : undefined;
}

/** What is wrong with one value, or empty text; a value that is not asked for breaks no limit. */
function complaint(queue: string, resource: string, value: unknown, { minimum, maximum }: Range): string {
  if (value === undefined || (typeof value === 'number' && value >= minimum && value <= maximum)) return '';
  return `Queue ${queue} gives ${minimum} to ${maximum} of ${resource}; ${JSON.stringify(value)} is asked for.`;
}
