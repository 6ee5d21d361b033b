/** A request for resources on a queue, in the units of the wire. Source: client §9.1, §9.5, §9.7. */
import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { SkepError } from '../../core/errors.ts';
import { type Logger, silentLog } from '../../core/log.ts';
import { memoryInGib, runtimeInSeconds } from '../../core/units.ts';
import type { Queue } from './queue.ts';
import type { Resources, ResourceValue } from './resources.ts';
import type { ResourceScales } from './scales.ts';

/** The wire's mark of where a request came from; peers send `O` (original) for every request, adjusted ones too. */
const ORIGINAL = 'O';

/** Immutable but for the id that the server gives. Equal requests are meant to be one object, bound once. */
export class TaskResources {
  /** `memory` in GiB, `runtime` in seconds, everything else as it was given. */
  readonly requestedResources: Resources;
  readonly queue: Queue;
  /** Equal for equal requests to one queue. The queue's id is part of it: two clusters may have queues of one name. */
  readonly key: string;
  /** The server's id, once bound. */
  id: number | undefined;
  #binding: Promise<number> | undefined;
  #coerced: TaskResources | undefined;

  /** @throws SkepError memory_malformed or runtime_malformed. */
  constructor(requested: Readonly<Record<string, unknown>>, queue: Queue) {
    this.requestedResources = Object.freeze(converted(requested));
    this.queue = queue;
    this.key = `${queue.id} ${queue.name} ${canonicalJson(this.requestedResources)}`;
  }

  get isBound(): boolean {
    return this.id !== undefined;
  }

  /** The server's id: asked for once, also by callers that come at the same time. */
  bind(requester: Requester): Promise<number> {
    this.#binding ??= this.#askForId(requester).catch((error: unknown) => {
      this.#binding = undefined;
      throw error;
    });
    return this.#binding;
  }

  /** The nearest request that the queue accepts: this object itself where nothing changes. */
  coerced(): TaskResources {
    this.#coerced ??= this.#replacedBy(this.queue.coerce(this.requestedResources), this.queue);
    return this.#coerced;
  }

  /** The request with `extra` laid over it, on the same queue. */
  overlaid(extra: Readonly<Record<string, unknown>>): TaskResources {
    return this.#replacedBy({ ...this.requestedResources, ...extra }, this.queue);
  }

  /** What this request asks for and `other` does not, or not so. */
  changesFrom(other: TaskResources): Resources {
    const before = other.requestedResources;
    const changed = ([name, value]: [string, unknown]) => canonicalJson(value) !== canonicalJson(before[name]);
    return Object.fromEntries(Object.entries(this.requestedResources).filter(changed));
  }

  /**
   * The request to make after this one ran out: scaled, on the first of this queue and the fallbacks that accepts it;
   * where none does, what the last of them can give at most. This object itself where nothing changes.
   * @throws SkepError scale_invalid
   */
  adjusted(scales: ResourceScales, fallbackQueues: readonly Queue[], log: Logger = silentLog): TaskResources {
    const scaled = scales.applyTo(this.requestedResources, log);
    const candidates = [this.queue, ...fallbackQueues];
    const accepting = candidates.find((queue) => queue.validate(scaled, { strict: true }).valid);
    if (accepting !== undefined) return this.#replacedBy(scaled, accepting);
    const last = candidates.at(-1) ?? this.queue;
    return this.#replacedBy(last.coerce(scaled), last);
  }

  #replacedBy(requested: Readonly<Record<string, unknown>>, queue: Queue): TaskResources {
    const replacement = new TaskResources(requested, queue);
    return replacement.key === this.key ? this : replacement;
  }

  async #askForId(requester: Requester): Promise<number> {
    const body = {
      queue_id: this.queue.id,
      task_resources_type_id: ORIGINAL,
      requested_resources: this.requestedResources,
    };
    this.id = await requester.call(routes.bindResources, { body });
    return this.id;
  }
}

/** A copy in the units of the wire. `queue` chose the queue and is not a resource. */
function converted(requested: Readonly<Record<string, unknown>>): Record<string, ResourceValue> {
  const resources: Record<string, ResourceValue> = {};
  for (const [name, value] of Object.entries(requested)) {
    if (name === 'queue' || value === undefined) continue;
    if (name === 'memory') resources[name] = memoryInGib(amount(name, value));
    else if (name === 'runtime') resources[name] = runtimeInSeconds(amount(name, value));
    else resources[name] = value as ResourceValue;
  }
  return resources;
}

function amount(name: 'memory' | 'runtime', value: unknown): number | string {
  if (typeof value === 'number' || typeof value === 'string') return value;
  throw new SkepError(`${name}_malformed`, `The ${name} ${JSON.stringify(value)} is neither a number nor text.`);
}

/** JSON with the keys of every object in order, so that equal values have equal text. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([left], [right]) => (left < right ? -1 : 1)))
      : item,
  );
}
