/** Lines that a violation shows. */
const SHOWN = 40;

/** What really happened, told by the world itself and never read from the database. */
export class History {
  readonly #now: () => number;
  readonly #last: string[] = [];
  #hash = 0x811c9dc5;
  #other = 0x2545f491;
  #count = 0;
  /** What has gone wrong so far: how often, by kind. */
  readonly faults: Record<string, number> = {};

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Adds one line. Every line counts in {@link digest}, so it holds nothing that differs between two runs of one seed. */
  add(line: string): void {
    const text = `${(this.#now() / 1000).toFixed(3).padStart(9)}  ${line}`;
    this.#count++;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      this.#hash = Math.imul(this.#hash ^ code, 0x01000193);
      this.#other = Math.imul(this.#other ^ code, 0x5bd1e995) ^ (this.#other >>> 13);
    }
    this.#last.push(text);
    if (this.#last.length > 2 * SHOWN) this.#last.splice(0, SHOWN);
    if (process.env.SIMULATION_LOG) process.stderr.write(`${text}\n`);
  }

  /** Something goes wrong: counted by its kind, and told when `line` says what it is. */
  fault(kind: string, line?: string): void {
    this.faults[kind] = (this.faults[kind] ?? 0) + 1;
    if (line !== undefined) this.add(`FAULT ${line}`);
  }

  /** Lines so far. */
  get length(): number {
    return this.#count;
  }

  /** Two histories with the same digest are the same. */
  get digest(): string {
    const hexadecimal = (value: number) => (value >>> 0).toString(16).padStart(8, '0');
    return `${this.#count}-${hexadecimal(this.#hash)}${hexadecimal(this.#other)}`;
  }

  get last(): readonly string[] {
    return this.#last.slice(-SHOWN);
  }
}
