import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';

export interface Repetition {
  readonly name: string;
  /** Seconds between the end of one call and the next; the first call comes after as many. */
  readonly interval: number;
  readonly action: () => Promise<unknown>;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Calls `action` again and again until `signal`; a failure is logged and ends nothing. */
export async function repeat({ name, interval, action, signal, clock, log }: Repetition): Promise<void> {
  for (;;) {
    await clock.sleep(interval * 1000, signal);
    if (signal.aborted) return;
    try {
      await action();
    } catch (error) {
      if (!signal.aborted) log.warn({ error: messageOf(error) }, `${name} failed`);
    }
  }
}
