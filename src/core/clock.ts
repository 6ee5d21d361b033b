/**
 * Time, handed in. Production wires {@link systemClock}; tests and the simulation wire a clock of their own. No other
 * file of `src/` may call `Date.now`, `performance.now` or `setTimeout` (a test checks it).
 */
export interface Clock {
  /** Wall-clock time, milliseconds since the epoch. For what people and peers read; it may jump. */
  now(): number;
  /** Milliseconds of a clock that never jumps. For every duration and deadline inside one process. */
  monotonic(): number;
  /** Resolves after `milliseconds`, or at once when `signal` is aborted (it never rejects). */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Calls `action` once after `milliseconds`; the returned function cancels it. */
  after(milliseconds: number, action: () => void): () => void;
}

/** A timer of Node waits at most this long; a longer one fires at once. */
const LONGEST_TIMER = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep(milliseconds, signal) {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const finish = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, Math.min(milliseconds, LONGEST_TIMER));
      signal?.addEventListener('abort', finish, { once: true });
    });
  },
  after(milliseconds, action) {
    const timer = setTimeout(action, Math.min(milliseconds, LONGEST_TIMER));
    return () => clearTimeout(timer);
  },
};
