/** Telling at once that the client of a run is dead, where it lived on this machine. */
import { hostname } from 'node:os';
import { lives, type ProcessLauncher } from '../../core/process.ts';

/** `<host>/<pid>@<start>`; the start time tells a process from a later one with the same number. */
const CLIENT_PROCESS = /^(?<host>.+)\/(?<process>\d+@.+)$/;

/**
 * True only if the process certainly lives no more. A client of another machine, and one of which nothing is known, may
 * live: its heartbeats tell.
 */
export function isClientGone(clientProcess: string | null, processes: ProcessLauncher): boolean {
  const named = clientProcess === null ? undefined : CLIENT_PROCESS.exec(clientProcess)?.groups;
  if (named === undefined || named.host !== hostname()) return false;
  return !lives(named.process as string, processes);
}
