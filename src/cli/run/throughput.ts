/** Tasks per second over the last while, and what follows from it for the rest. */

export interface Estimate {
  /** Seconds. */
  readonly low: number;
  readonly high: number;
}

/** Seconds over which the current rate is taken: long enough to be calm, short enough to follow a new phase. */
const WINDOW = 30;
/** Before that many tasks an estimate is a guess. */
const FEWEST_TASKS = 5;

export class Throughput {
  readonly #samples: { elapsed: number; ended: number }[] = [];
  #first: { elapsed: number; ended: number } | undefined;

  /** Takes the number of tasks that have ended `elapsed` seconds into the run. What was done before the run is no merit. */
  add(elapsed: number, ended: number): void {
    this.#first ??= { elapsed, ended };
    this.#samples.push({ elapsed, ended });
    // One sample older than the window stays, so that the window is always covered.
    while ((this.#samples[1]?.elapsed ?? elapsed) < elapsed - WINDOW) this.#samples.shift();
  }

  /** Tasks per second of late, or undefined while nothing has ended. */
  get rate(): number | undefined {
    return rateBetween(this.#samples[0], this.#samples.at(-1));
  }

  /** How long `remaining` more tasks take: between the rate of late and the rate of the whole run. */
  estimate(remaining: number): Estimate | undefined {
    const last = this.#samples.at(-1);
    const overall = rateBetween(this.#first, last);
    const recent = this.rate;
    if (last === undefined || this.#first === undefined || overall === undefined || recent === undefined)
      return undefined;
    if (remaining <= 0 || last.ended - this.#first.ended < FEWEST_TASKS) return undefined;
    const times = [remaining / overall, remaining / recent];
    return { low: Math.min(...times), high: Math.max(...times) };
  }
}

function rateBetween(
  from?: { elapsed: number; ended: number },
  to?: { elapsed: number; ended: number },
): number | undefined {
  if (from === undefined || to === undefined || to.elapsed <= from.elapsed || to.ended <= from.ended) return undefined;
  return (to.ended - from.ended) / (to.elapsed - from.elapsed);
}
