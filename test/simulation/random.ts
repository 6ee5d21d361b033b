import type { Random } from '../../src/core/random.ts';

/**
 * Randomness of which one seed gives one sequence, whatever the machine. Each part of the simulation has a source of its
 * own, so that one more draw in one part leaves the others as they were.
 */
export class SeededRandom implements Random {
  #state: number;

  constructor(seed: number | string) {
    this.#state = typeof seed === 'number' ? mixed(seed) : hashOf(seed);
  }

  /** A source of its own for the part that `name` names. */
  fork(name: string): SeededRandom {
    return new SeededRandom(`${this.#state}/${name}`);
  }

  /** Mulberry32: small, fast, and good enough to choose faults by. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixing = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixing = (mixing + Math.imul(mixing ^ (mixing >>> 7), 61 | mixing)) ^ mixing;
    return ((mixing ^ (mixing >>> 14)) >>> 0) / 4_294_967_296;
  }

  uuid(): string {
    const digits = Array.from({ length: 32 }, () => this.integer(0, 15).toString(16)).join('');
    return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
  }

  secret(): string {
    return Array.from({ length: 64 }, () => this.integer(0, 15).toString(16)).join('');
  }

  /** A whole number from `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.integer(0, items.length - 1)] as Item;
  }

  /** A number between `least` and `most`, small ones as likely in each order of magnitude as large ones. */
  spread(least: number, most: number): number {
    return least * (most / least) ** this.fraction();
  }
}

function mixed(seed: number): number {
  return hashOf(`seed ${seed}`);
}

/** FNV-1a over the code units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash | 0;
}
