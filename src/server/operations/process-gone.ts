/** Telling at once that a process of the other side is dead, where it lived on this machine. */
import { hostname } from 'node:os';
import { lives, type ProcessLauncher } from '../../core/process.ts';

/** `<host>/<pid>@<start>`; the start time tells a process from a later one with the same number. */
const PROCESS_NAME = /^(?<host>.+)\/(?<process>\d+@.+)$/;

/**
 * True only if the process certainly lives no more. One of another machine, and one of which nothing is known, may live:
 * its heartbeats tell.
 */
export function isProcessGone(name: string | null, processes: ProcessLauncher): boolean {
  const named = name === null ? undefined : PROCESS_NAME.exec(name)?.groups;
  if (named === undefined || named.host !== hostname()) return false;
  return !lives(named.process as string, processes);
}
