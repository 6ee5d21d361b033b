import type { LineLog } from './log.ts';

/** A log whose library is loaded with the first line. */
export interface LateLog {
  readonly log: LineLog;
  /** Resolves when all lines so far are written. Never rejects. */
  written(): Promise<void>;
}

/**
 * Loading the library of a log takes a tenth of the start of a process that somebody waits for, and most of them write
 * nothing before their work is under way. `load` is called once; lines wait for it in their order.
 */
export function lateLog(load: () => Promise<LineLog>): LateLog {
  let loaded: Promise<LineLog> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const line = (level: keyof LineLog): LineLog['info'] => {
    return (...words: unknown[]) => {
      loaded ??= load();
      // A log that cannot be written must not end the process that looks after commands.
      last = loaded.then((log) => (log[level] as (...words: unknown[]) => void)(...words)).catch(() => {});
    };
  };
  return {
    log: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
    async written() {
      await last;
    },
  };
}
