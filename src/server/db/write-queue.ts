import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { WriteConnection } from './connection.ts';
import { unavailable } from './errors.ts';
import { Revisions } from './revisions.ts';
import type { Topic, Topics, WriteUnit } from './unit.ts';

type Work<Result> = (unit: WriteUnit) => Promise<Result>;

/** A work that waits for its transaction, and how its caller learns of the end. */
interface Entry {
  readonly work: Work<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Told of each transaction that it was in. */
  readonly observe: ((group: WriteGroup) => void) | undefined;
}

/** What became of a work inside the transaction; it counts only when the commit succeeds. */
type Outcome = { readonly result: unknown; readonly topics: ReadonlySet<Topic> } | { readonly error: unknown };

/**
 * Milliseconds after which a transaction takes no further work. Nobody else writes while it runs; a flush to the disk
 * takes a few milliseconds, so larger groups would save little and delay every answer.
 */
const LONGEST_GROUP = 30;

/** How often a group is run again that failed for what ran beside it. Once is nearly always enough. */
const MOST_REPETITIONS = 3;

/** One transaction that was tried, with what it cost. */
export interface WriteGroup {
  /** Works that shared it. */
  readonly works: number;
  /** Milliseconds from its beginning to its commit, or to the failure of that. */
  readonly milliseconds: number;
  readonly isCommitted: boolean;
}

export interface WriteQueueOptions {
  /** Names the database in messages. */
  readonly name: string;
  readonly clock: Clock;
  /** Opens a connection in place of one that broke. */
  readonly open: () => WriteConnection;
  /** Called after each commit that changed something that can be waited for. */
  readonly onCommit: (topics: Topics) => void;
  /** Called after each transaction, whatever became of it. */
  readonly onGroup?: ((group: WriteGroup) => void) | undefined;
  /** Called when a work arrives; what it gives back is told of the transactions of that work. */
  readonly observerOfWork?: (() => ((group: WriteGroup) => void) | undefined) | undefined;
}

/**
 * Writes, one after the other, in groups: the works that wait when a transaction starts share it and its one flush to the
 * disk. Each runs in a savepoint of its own, so one that fails takes nothing of the others with it.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  #connection: WriteConnection;
  #waiting: Entry[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  /** Takes over the connection. */
  constructor(connection: WriteConnection, options: WriteQueueOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /** Works that have not begun. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Runs `work` in a transaction; resolves after its commit. It may be run again, if all that it did was undone. */
  add<Result>(work: Work<Result>): Promise<Result> {
    if (this.#closed) throw unavailable(this.#options.name, 'it was closed');
    return new Promise<Result>((resolve, reject) => {
      const observe = this.#options.observerOfWork?.();
      this.#waiting.push({ work, resolve: resolve as (result: unknown) => void, reject, observe });
      this.#running ??= this.#run();
    });
  }

  /** Refuses new works; resolves when those that were accepted are done. */
  async finish(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  /** As {@link finish}, and closes the connection. */
  async close(): Promise<void> {
    await this.finish();
    await this.#connection.close();
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
      outcomes = await this.#transactRepeatedly(group);
    } catch (error) {
      for (const { reject } of group) reject(error);
      // A connection that broke in the middle of its commit cannot tell whether there was one.
      if (this.#connection.isBroken) this.#options.onCommit('all');
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

  async #transactRepeatedly(group: Entry[]): Promise<readonly Outcome[]> {
    for (let repetition = 0; ; repetition++) {
      try {
        return await this.#transact(group);
      } catch (error) {
        if (!this.#connection.mayRepeat?.(error)) throw error;
        if (repetition === MOST_REPETITIONS) throw unavailable(this.#options.name, messageOf(error), error);
        this.#waiting.unshift(...group.splice(0));
      }
    }
  }

  /**
   * Runs waiting works, which it moves to `group`, and commits. Throws when nothing was committed: the machine failed, not
   * one of the works.
   */
  async #transact(group: Entry[]): Promise<readonly Outcome[]> {
    const { clock } = this.#options;
    const connection = await this.#workingConnection();
    const started = clock.monotonic();
    const outcomes: Outcome[] = [];
    const revisions = new Revisions(connection.db);
    let isCommitted = false;
    try {
      for (let entry = this.#waiting.shift(); entry !== undefined; entry = this.#waiting.shift()) {
        group.push(entry);
        if (group.length === 1) await connection.begin();
        outcomes.push(await this.#attempt(entry.work, revisions));
        if (clock.monotonic() - started > LONGEST_GROUP) break;
      }
      await revisions.store();
      await connection.announce?.(topicsOf(outcomes));
      await connection.execute('commit');
      isCommitted = true;
      return outcomes;
    } catch (error) {
      if (connection.inTransaction) await connection.execute('rollback');
      throw connection.translate(error);
    } finally {
      const done: WriteGroup = { works: group.length, milliseconds: clock.monotonic() - started, isCommitted };
      this.#options.onGroup?.(done);
      for (const { observe } of group) observe?.(done);
    }
  }

  async #workingConnection(): Promise<WriteConnection> {
    if (this.#connection.isBroken) {
      await this.#connection.close();
      this.#connection = this.#options.open();
    }
    return this.#connection;
  }

  async #attempt(work: Work<unknown>, revisions: Revisions): Promise<Outcome> {
    const connection = this.#connection;
    const topics = new Set<Topic>();
    await connection.execute('savepoint work');
    try {
      const { db } = connection;
      const unit = {
        db,
        now: this.#options.clock.now(),
        revision: revisions.forUnit(),
        changed: topics.add.bind(topics),
      };
      const result = await work(unit);
      await connection.execute('release work');
      await revisions.keep();
      return { result, topics };
    } catch (cause) {
      const error = connection.translate(cause);
      // A full disk or a failing one makes a database give up the whole transaction, with the works before this one.
      if (!connection.inTransaction || connection.mayRepeat?.(cause)) throw error;
      await connection.execute('rollback to work');
      await connection.execute('release work');
      return { error };
    }
  }
}

function topicsOf(outcomes: readonly Outcome[]): ReadonlySet<Topic> {
  return new Set(outcomes.flatMap((outcome) => ('topics' in outcome ? [...outcome.topics] : [])));
}
