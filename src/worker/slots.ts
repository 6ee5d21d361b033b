export interface Demand {
  readonly cores: number;
  /** GiB; null: not said. */
  readonly memory: number | null;
}

/**
 * The room for commands on this machine. They are let in as long as their cores and their memory fit; one that asks for
 * more than there is runs alone.
 */
export class Slots {
  readonly #cores: number;
  readonly #memory: number;
  #usedCores = 0;
  #usedMemory = 0;
  #count = 0;

  /** `memory` in GiB. */
  constructor(cores: number, memory: number) {
    this.#cores = cores;
    this.#memory = memory;
  }

  /** Takes the room and gives true, or gives false. */
  take({ cores, memory }: Demand): boolean {
    const fits = this.#usedCores + cores <= this.#cores && this.#usedMemory + (memory ?? 0) <= this.#memory;
    if (this.#count > 0 && !fits) return false;
    this.#usedCores += cores;
    this.#usedMemory += memory ?? 0;
    this.#count++;
    return true;
  }

  free({ cores, memory }: Demand): void {
    this.#usedCores -= cores;
    this.#usedMemory -= memory ?? 0;
    this.#count--;
    if (this.#count > 0) return;
    this.#usedCores = 0; // Sums of fractions drift; an empty machine is empty.
    this.#usedMemory = 0;
  }
}
