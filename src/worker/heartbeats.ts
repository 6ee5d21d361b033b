import type { Clock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import type { LineLog } from '../core/log.ts';
import type { Heartbeat, Reports } from './reports/reports.ts';

export interface HeartbeatOptions {
  readonly reports: Reports;
  /** Seconds between two signs of life. */
  readonly interval: number;
  /** Hears whose output somebody looks at. */
  readonly onWatched?: ((taskInstanceIds: readonly number[]) => void) | undefined;
  readonly clock: Clock;
  readonly log: LineLog;
}

/** Hears the status of an instance, and the monotonic milliseconds at which the sign of life left. */
export type OnStatus = (status: string, sent: number) => void;

/** Milliseconds until signs of life that did not arrive are repeated. */
const RETRY_WAIT = 5000;

/** Signs of life for all running commands together. What the server answers is handed to the command that it is about. */
export class Heartbeats {
  readonly #options: HeartbeatOptions;
  readonly #running = new Map<Heartbeat, OnStatus>();
  #cancel: (() => void) | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** Reports `beat` from now on; `onStatus` hears each answer. The returned function ends it. */
  add(beat: Heartbeat, onStatus: OnStatus): () => void {
    this.#running.set(beat, onStatus);
    this.#cancel ??= this.#schedule(this.#options.interval * 1000);
    return () => {
      this.#running.delete(beat);
      if (this.#running.size > 0) return;
      this.#cancel?.();
      this.#cancel = undefined;
    };
  }

  #schedule(milliseconds: number): () => void {
    return this.#options.clock.after(milliseconds, () => this.#beat());
  }

  async #beat(): Promise<void> {
    const { reports, interval, log, onWatched } = this.#options;
    const running = new Map(this.#running);
    const sent = this.#options.clock.monotonic();
    let wait = interval * 1000;
    try {
      const { statuses, watched } = await reports.heartbeat([...running.keys()]);
      for (const [beat, onStatus] of running) {
        const status = statuses.get(beat.taskInstanceId);
        if (status !== undefined && this.#running.has(beat)) onStatus(status, sent);
      }
      if (watched.length > 0) onWatched?.(watched);
    } catch (error) {
      // The commands go on: an outage of the server is no reason to lose their work.
      log.warn({ error: messageOf(error), count: running.size }, 'Signs of life did not arrive');
      wait = Math.min(wait, RETRY_WAIT);
    }
    this.#cancel?.(); // All may have ended, and others begun, while this one was on its way.
    this.#cancel = this.#running.size > 0 ? this.#schedule(wait) : undefined;
  }
}
