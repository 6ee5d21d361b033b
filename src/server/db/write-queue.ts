import { sql } from 'kysely';
import type { Clock } from '../../core/clock.ts';
import type { Connection } from './connection.ts';
import { unavailable } from './errors.ts';
import type { Topic, WriteUnit } from './unit.ts';

type Work<Result> = (unit: WriteUnit) => Promise<Result>;

/** A work that waits for its transaction, and how its caller learns of the end. */
interface Entry {
  readonly work: Work<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What became of a work inside the transaction; it counts only when the commit succeeds. */
type Outcome = { readonly result: unknown; readonly topics: ReadonlySet<Topic> } | { readonly error: unknown };

/**
 * Milliseconds after which a transaction takes no further work. Nothing else happens in the process while it runs; a
 * flush to the disk takes a few milliseconds, so larger groups would save little and delay every answer.
 */
const LONGEST_GROUP = 30;

export interface WriteQueueOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  /** Called after each commit that changed something that can be waited for. */
  readonly onCommit: (topics: ReadonlySet<Topic>) => void;
}

/**
 * Writes, one after the other, in groups: the works that wait when a transaction starts share it and its one flush to the
 * disk. Each runs in a savepoint of its own, so one that fails takes nothing of the others with it.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  #waiting: Entry[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(options: WriteQueueOptions) {
    this.#options = options;
  }

  /** Runs `work` in a transaction; resolves after its commit. */
  add<Result>(work: Work<Result>): Promise<Result> {
    if (this.#closed) throw unavailable(this.#options.connection.path, 'it was closed');
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ work, resolve: resolve as (result: unknown) => void, reject });
      this.#running ??= this.#run();
    });
  }

  /** Refuses new works and resolves when those that were accepted are done. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Let the requests that have arrived together all reach the queue before the transaction starts.
      await new Promise((resolve) => setImmediate(resolve));
      await this.#runGroup();
    }
    this.#running = undefined;
  }

  async #runGroup(): Promise<void> {
    const group: Entry[] = [];
    let outcomes: readonly Outcome[];
    try {
      outcomes = await this.#transact(group);
    } catch (error) {
      for (const { reject } of group) reject(error);
      return;
    }
    const topics = new Set<Topic>();
    for (const [index, outcome] of outcomes.entries()) {
      if ('error' in outcome) group[index]?.reject(outcome.error);
      else {
        group[index]?.resolve(outcome.result);
        for (const topic of outcome.topics) topics.add(topic);
      }
    }
    if (topics.size > 0) this.#options.onCommit(topics);
  }

  /**
   * Runs waiting works, which it moves to `group`, and commits. Throws when nothing was committed: the machine failed, not
   * one of the works.
   */
  async #transact(group: Entry[]): Promise<readonly Outcome[]> {
    const { connection, clock } = this.#options;
    const started = clock.monotonic();
    const outcomes: Outcome[] = [];
    try {
      for (let entry = this.#waiting.shift(); entry !== undefined; entry = this.#waiting.shift()) {
        group.push(entry);
        if (group.length === 1) await connection.execute('begin immediate');
        outcomes.push(await this.#attempt(entry.work));
        if (clock.monotonic() - started > LONGEST_GROUP) break;
      }
      await connection.execute('commit');
      return outcomes;
    } catch (error) {
      if (connection.inTransaction) await connection.execute('rollback');
      throw error;
    }
  }

  async #attempt(work: Work<unknown>): Promise<Outcome> {
    const { connection, clock } = this.#options;
    const topics = new Set<Topic>();
    await connection.execute('savepoint work');
    try {
      const result = await work(this.#unit(topics, clock.now()));
      await connection.execute('release work');
      return { result, topics };
    } catch (cause) {
      const error = connection.translate(cause);
      // A full disk or a failing one makes SQLite give up the whole transaction, with the works before this one.
      if (!connection.inTransaction) throw error;
      await connection.execute('rollback to work');
      await connection.execute('release work');
      return { error };
    }
  }

  #unit(topics: Set<Topic>, now: number): WriteUnit {
    const { db } = this.#options.connection;
    let revision: Promise<number> | undefined;
    return {
      db,
      now,
      revision: () => {
        revision ??= nextRevision(db);
        return revision;
      },
      changed: (topic) => topics.add(topic),
    };
  }
}

/** One row that every writer updates: its lock makes the order of revisions the order of commits. */
async function nextRevision(db: WriteUnit['db']): Promise<number> {
  const { value } = await db
    .updateTable('skep_revision')
    .set({ value: sql`value + 1` })
    .returning('value')
    .executeTakeFirstOrThrow();
  return value;
}
