/** Hears what the other servers of the database commit. */
import type { Clock } from '../../../core/clock.ts';
import type { Topics } from '../unit.ts';
import { CHANNEL, topicsIn } from './notices.ts';
import { Session, type SessionOptions } from './session.ts';

/** Milliseconds between two attempts to listen again. */
const PAUSE = 500;

export interface ListenerOptions extends SessionOptions {
  /** Tells the notices of our own commits from those of others. */
  readonly isOwn: (process: number) => boolean;
  readonly onTopics: (topics: Topics) => void;
}

/**
 * Listens until it is stopped. Whenever the connection was lost, everybody who waits is woken once it is there again: what
 * was committed in between nobody has heard of.
 */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #stopped = new AbortController();
  readonly #running: Promise<void>;
  #session: Session;

  /** @throws the error of the first connection. */
  static async start(options: ListenerOptions): Promise<Listener> {
    return new Listener(options, await listen(options));
  }

  private constructor(options: ListenerOptions, session: Session) {
    this.#options = options;
    this.#session = session;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#session.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, timeouts, onTopics } = this.#options;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await untilLost(this.#session, clock, timeouts.listening, signal);
      if (signal.aborted) return;
      await this.#session.close();
      await clock.sleep(PAUSE, signal);
      try {
        this.#session = await listen(this.#options);
        onTopics('all');
      } catch {
        // Still away: the requests of others tell so, and the next round tries again.
      }
    }
    await this.#session.close();
  }
}

async function listen(options: ListenerOptions): Promise<Session> {
  const session = new Session({ ...options, longest: options.timeouts.listening });
  session.onNotice = (payload, process) => {
    if (!options.isOwn(process)) options.onTopics(topicsIn(payload));
  };
  try {
    await session.queryAll(`listen ${CHANNEL}`);
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Asks for a sign of life now and then: of a connection of which the other end has vanished nothing else would tell. */
async function untilLost(session: Session, clock: Clock, interval: number, signal: AbortSignal): Promise<void> {
  const lost = new AbortController();
  session.onEnd = () => lost.abort();
  const over = AbortSignal.any([lost.signal, signal]);
  while (!session.isBroken && !signal.aborted) {
    await clock.sleep(interval, over);
    if (session.isBroken || signal.aborted) return;
    await session.queryAll('select 1').catch(() => session.close());
  }
}
