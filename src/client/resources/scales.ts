/** How a task's request grows after it ran out of a resource. Source: client §9.4, §9.5. */
import { SkepError } from '../../core/errors.ts';
import { type Logger, silentLog } from '../../core/log.ts';
import type { Resources, ResourceValue } from './resources.ts';

/**
 * One resource's growth: 0.5 asks for half as much again; a list gives its next element at each adjustment; a function
 * gets the present value and returns the next.
 */
export type ResourceScale = number | readonly number[] | ((value: number) => number);

/** Scales by resource. Lists are used up, so every task has an object of its own (see {@link ResourceScales.forTask}). */
export class ResourceScales {
  /** What a task without scales of its own gets. */
  static readonly DEFAULT: Readonly<Record<string, number>> = { memory: 0.5, runtime: 0.5 };

  readonly #scales: ReadonlyMap<string, ResourceScale>;
  /** How many elements of each list are used up; absent as long as none is. */
  #used: Map<string, number> | undefined;

  private constructor(scales: ReadonlyMap<string, ResourceScale>) {
    this.#scales = scales;
  }

  /**
   * Scales of a mapping; the default ones when there is no mapping, none at all when it is empty.
   * @throws SkepError scale_invalid naming the resource and the value.
   */
  static from(mapping: Readonly<Record<string, unknown>> = ResourceScales.DEFAULT): ResourceScales {
    const scales = Object.entries(mapping).map(([resource, scale]) => [resource, checked(resource, scale)] as const);
    return new ResourceScales(new Map(scales));
  }

  /** Scales with unused lists: this object itself where no list is in it. */
  forTask(): ResourceScales {
    return [...this.#scales.values()].some((scale) => Array.isArray(scale)) ? new ResourceScales(this.#scales) : this;
  }

  /**
   * The scale of the one resource that ran out, sharing what is used up with this object; all of them where that is not
   * known. A task without a scale for it keeps its request.
   */
  only(resource: string | undefined): ResourceScales {
    if (resource === undefined) return this;
    const scale = this.#scales.get(resource);
    const one = new ResourceScales(scale === undefined ? new Map() : new Map([[resource, scale]]));
    one.#used = this.#used ??= new Map();
    return one;
  }

  /**
   * What to send to the server: a function becomes its name, a list its first `maxAttempts − 1` elements, because no
   * task is adjusted more often. Uses nothing up.
   */
  serialise(maxAttempts: number): Record<string, number | string | number[]> {
    return Object.fromEntries([...this.#scales].map(([resource, scale]) => [resource, wireForm(scale, maxAttempts)]));
  }

  /**
   * A request with every scaled resource that it holds at its next value.
   * @throws SkepError scale_invalid when a value or what a function returns is not a number.
   */
  applyTo(resources: Resources, log: Logger = silentLog): Resources {
    const scaled: Record<string, ResourceValue> = { ...resources };
    for (const [resource, scale] of this.#scales) {
      const value = resources[resource];
      if (value !== undefined) scaled[resource] = this.#next(resource, scale, value, log);
    }
    return scaled;
  }

  #next(resource: string, scale: ResourceScale, value: ResourceValue, log: Logger): number {
    const current = typeof value === 'number' ? value : Number.NaN;
    const next = Array.isArray(scale) ? this.#nextElement(resource, scale, current, log) : grown(scale, current);
    if (Number.isFinite(next)) return next;
    const sentence = `The scale of ${resource} turns ${JSON.stringify(value)} into ${String(next)}, which is not a number.`;
    throw new SkepError('scale_invalid', sentence);
  }

  #nextElement(resource: string, list: readonly number[], value: number, log: Logger): number {
    this.#used ??= new Map();
    const index = this.#used.get(resource) ?? 0;
    const next = list[index];
    if (next === undefined) {
      log.warn({ resource, value }, 'the list of scales is used up; the value stays');
      return value;
    }
    this.#used.set(resource, index + 1);
    return next;
  }
}

function grown(scale: ResourceScale, value: number): number {
  if (typeof scale === 'number') return Math.ceil(value * (1 + scale));
  return (scale as (value: number) => number)(value);
}

function checked(resource: string, scale: unknown): ResourceScale {
  if (typeof scale === 'function') return scale as (value: number) => number;
  if (Array.isArray(scale) && scale.every(isNumeric)) return Object.freeze(scale.map(Number));
  if (isNumeric(scale)) return Number(scale);
  const sentence = `The scale ${JSON.stringify(scale)} of ${resource} is neither a number, nor a list of numbers, nor a function.`;
  throw new SkepError('scale_invalid', sentence);
}

/** Peers store booleans where they mean 0 and 1. */
function isNumeric(value: unknown): value is number | boolean {
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

function wireForm(scale: ResourceScale, maxAttempts: number): number | string | number[] {
  if (typeof scale === 'number') return scale;
  if (typeof scale === 'function') return scale.name || '<lambda>';
  return scale.slice(0, Math.max(0, maxAttempts - 1));
}
