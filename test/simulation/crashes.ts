import type { Faults } from './faults.ts';
import type { SimulatedProcess } from './process.ts';
import type { SeededRandom } from './random.ts';

/**
 * Decides at every step of every process whether it dies there or gets no processor for a while. A step is whatever the
 * outside can notice: a timer that fires, a request that leaves, an answer that comes in, an end that is heard of, and (for the
 * server) a statement of its database. A death between two steps cannot be told from one at the step before.
 */
export class Crashes {
  readonly #faults: Faults;
  readonly #random: SeededRandom;
  readonly #note: (kind: string, line?: string) => void;
  isActive = true;

  constructor(faults: Faults, random: SeededRandom, note: (kind: string, line?: string) => void) {
    this.#faults = faults;
    this.#random = random;
    this.#note = note;
  }

  /** The process may be dead afterwards. */
  step(process: SimulatedProcess): void {
    if (!this.isActive) return;
    const rate = this.#rateOf(process);
    if (rate > 0 && this.#random.chance(rate)) {
      this.#note(`${process.role} killed`, `${process.name} is killed`);
      process.kill();
    } else if (this.#faults.pause > 0 && process.role !== 'command' && this.#random.chance(this.#faults.pause)) {
      const milliseconds = this.#random.spread(100, 90_000);
      this.#note('process stood still', `${process.name} stands still for ${Math.round(milliseconds)} ms`);
      process.pause(milliseconds);
    }
  }

  /** Whether the server dies at this statement. */
  statement(): boolean {
    return this.isActive && this.#faults.serverCrash > 0 && this.#random.chance(this.#faults.serverCrash);
  }

  /** Whether the system refuses to start a process. */
  launch(): boolean {
    if (!this.isActive || this.#faults.launchFails === 0 || !this.#random.chance(this.#faults.launchFails))
      return false;
    this.#note('start refused');
    return true;
  }

  #rateOf({ role }: SimulatedProcess): number {
    if (role === 'client') return this.#faults.clientCrash;
    if (role === 'distributor') return this.#faults.distributorCrash;
    return role === 'supervisor' || role === 'worker' ? this.#faults.workerCrash : 0;
  }
}
