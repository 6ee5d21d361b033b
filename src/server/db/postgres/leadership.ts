import type { Leadership } from '../../leadership.ts';
import { LOCKS } from './locks.ts';
import { Session, type SessionOptions } from './session.ts';

/**
 * The server that holds a lock of the database leads for as long as its connection lives. A leader that was cut off may
 * still be at work when the next one begins: what they do is done once, or may be done twice.
 */
export class LockedLeadership implements Leadership {
  readonly #options: SessionOptions;
  #session: Session | undefined;
  #isHeld = false;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  async lead<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    return (await this.#holds()) ? work() : undefined;
  }

  async close(): Promise<void> {
    await this.#session?.close();
  }

  async #holds(): Promise<boolean> {
    if (this.#session === undefined || this.#session.isBroken) {
      await this.#session?.close();
      this.#session = new Session(this.#options);
      this.#isHeld = false;
    }
    // A lock that is held is asked for too: the answer says that the connection lives.
    const statement = this.#isHeld ? 'select true as held' : `select pg_try_advisory_lock(${LOCKS.leader}) as held`;
    try {
      const [answer] = await this.#session.queryAll(statement);
      this.#isHeld = (answer?.rows[0] as { held: boolean } | undefined)?.held === true;
    } catch {
      this.#isHeld = false; // Whoever cannot reach the database leads nobody.
    }
    return this.#isHeld;
  }
}
