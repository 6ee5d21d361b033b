import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/**
 * The revisions that one transaction gives to its units. Writers run one at a time, so the counter is read once, counted
 * on in memory and stored before the commit: a row that each of many units updated would leave as many dead copies.
 */
export class Revisions {
  readonly #db: Kysely<Schema>;
  /** The last one that is in force; undefined until a unit asks. */
  #last: number | undefined;
  /** That of the present unit, if it has asked for it. */
  #next: Promise<number> | undefined;
  #isChanged = false;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Begins a unit. Gives what gives its number, the same however often it asks. */
  forUnit(): () => Promise<number> {
    this.#next = undefined;
    return () => {
      this.#next ??= this.#take();
      return this.#next;
    };
  }

  /** The unit has succeeded. The number of one that failed goes to the next. */
  async keep(): Promise<void> {
    if (this.#next === undefined) return;
    this.#last = await this.#next;
    this.#isChanged = true;
  }

  async store(): Promise<void> {
    if (!this.#isChanged || this.#last === undefined) return;
    await this.#db.updateTable('skep_revision').set({ value: this.#last }).execute();
  }

  async #take(): Promise<number> {
    this.#last ??= (await this.#db.selectFrom('skep_revision').select('value').executeTakeFirstOrThrow()).value;
    return this.#last + 1;
  }
}
