/**
 * What a distributor and the supervisor of its commands tell each other: one JSON object a line, orders on the
 * supervisor's stdin, events on its stdout. When stdin ends without `drain` the distributor is gone, and the supervisor
 * ends everything that it runs.
 */

export interface SupervisorJob {
  readonly taskInstanceId: number;
  readonly distributorId: string;
  /** Cores that the command occupies while it runs. */
  readonly cores: number;
  /** GiB that the whole process tree may use; null: no limit. */
  readonly memory: number | null;
  /** Seconds that the command may run; null: no limit. */
  readonly runtime: number | null;
  /** Where its attempt stands in a trace; absent: in none. */
  readonly traceparent?: string;
}

/** Why a job is to be killed: its instance was ordered to die (it ends F), or nobody has heard of it (it ends U). */
export type KillReason = 'ordered' | 'silent';

export type SupervisorOrder =
  | { readonly type: 'run'; readonly jobs: readonly SupervisorJob[] }
  | { readonly type: 'kill'; readonly distributorIds: readonly string[]; readonly reason: KillReason }
  /** Start nothing more, let what runs finish, then leave: the end of the distributor is no reason to kill. */
  | { readonly type: 'drain' };

export type SupervisorEvent =
  | { readonly type: 'started'; readonly distributorId: string }
  /** The command is over and the server has been told, or refused to hear it. */
  | { readonly type: 'ended'; readonly distributorId: string; readonly message: string };

export const writeLine = (message: SupervisorOrder | SupervisorEvent): string => `${JSON.stringify(message)}\n`;

/** A line of the other side; undefined for one that its sudden death has cut short. */
export const readOrder = (line: string) => parse(line) as SupervisorOrder | undefined;
export const readEvent = (line: string) => parse(line) as SupervisorEvent | undefined;

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
