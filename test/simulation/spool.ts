/** The directory that all machines share, where workers leave the final reports that found no server. */
import type { Spool } from '../../src/core/spool.ts';
import { TASK_INSTANCE_ENDED } from '../../src/core/status.ts';
import { memorySpool } from '../support/memory-spool.ts';
import type { SimulatedProcess } from './process.ts';
import type { SeededRandom } from './random.ts';
import type { World } from './world.ts';

/** Statuses with which the server knows the end of an attempt, or has given the attempt up. */
const KNOWN: readonly string[] = [...TASK_INSTANCE_ENDED, 'K', 'X'];

export class SimulatedSpool {
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #files = memorySpool();
  /** Reports that wait to be delivered, by name. */
  readonly #waiting = new Set<string>();
  /** Reports that were ever kept, and how many of them somebody else than their worker has dropped. */
  kept = 0;
  delivered = 0;

  constructor(world: World, random: SeededRandom) {
    this.#world = world;
    this.#random = random;
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** The directory as one process sees it; it may die at each access, and then has done it or has not. */
  seenBy(process: SimulatedProcess): Spool {
    const access = <Result>(action: () => Promise<Result>) => this.#access(process, action);
    const { history } = this.#world;
    return {
      keep: (name, report) =>
        access(() => {
          history.add(`${process.name} keeps ${name}`);
          this.kept++;
          this.#waiting.add(name);
          return this.#files.keep(name, report);
        }),
      drop: (name) =>
        access(() => {
          history.add(`${process.name} drops ${name}`);
          this.#checkKnown(name);
          if (this.#waiting.delete(name) && process.role !== 'worker' && process.role !== 'supervisor')
            this.delivered++;
          return this.#files.drop(name);
        }),
      kept: () => access(() => this.#files.kept()),
      setAside: (name) =>
        access(() => {
          this.#world.violate('I11', `${process.name} has set report ${name} aside, which a worker has made.`);
          return this.#files.setAside(name);
        }),
    };
  }

  #access<Result>(process: SimulatedProcess, action: () => Promise<Result>): Promise<Result> {
    // The server looks while it starts, and time stands still meanwhile.
    if (process.role === 'server') return action();
    return new Promise((resolve, reject) => {
      const { clock } = process;
      clock.after(this.#random.spread(0.1, 100), () => {
        action().then((result) => clock.after(this.#random.spread(0.1, 20), () => resolve(result)), reject);
      });
    });
  }

  #checkKnown(name: string): void {
    const instance = Number(name.split('-')[0]);
    // That one was never started is told too, as long as it helps: that nobody launched it, the server finds by itself.
    if (!this.#world.commands.hasBegun(instance)) return;
    const status = this.#world.ledger.statusOf('instance', instance) ?? '';
    if (!KNOWN.includes(status)) {
      this.#world.violate('I11', `report ${name} was dropped, but the server holds the instance as ${status}.`);
    }
  }
}
