import { fstatSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Clock } from '../core/clock.ts';

/** Milliseconds between two looks whether the parent still is the same process. */
const LOOK_INTERVAL = 1000;

/**
 * Calls `leave` once when the process that started this one is gone: at the end of its pipe to our stdin, or (whatever stdin is)
 * when another process has become our parent.
 */
export function watchParent(stdin: Readable & { fd?: number }, clock: Clock, leave: (reason: string) => void): void {
  const parent = process.ppid;
  const look = () => {
    if (process.ppid !== parent) return leave('The parent process is gone.');
    clock.after(LOOK_INTERVAL, look);
  };
  look();
  if (isPipe(stdin.fd ?? 0)) stdin.once('end', () => leave('The pipe from the parent process was closed.')).resume();
}

/** A terminal or /dev/null, as foreign clients hand on, may end at once and means nothing. */
function isPipe(fd: number): boolean {
  const status = fstatSync(fd);
  return status.isFIFO() || status.isSocket();
}
