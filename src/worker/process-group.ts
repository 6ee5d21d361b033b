/** Ending a command with all that it has started. */
import { writeMark } from '../core/attempt-mark.ts';
import type { Clock } from '../core/clock.ts';
import type { Machine } from '../core/machine.ts';

/** One signal, and the seconds that it is given to take effect before the next follows. */
export interface Rung {
  readonly signal: NodeJS.Signals;
  readonly patience: number;
}

/** Asks first as a terminal would, then as a system that shuts down, and asks no more when `grace` seconds have passed. */
export const interruptLadder = (grace: number): readonly Rung[] => [
  { signal: 'SIGINT', patience: grace / 2 },
  { signal: 'SIGTERM', patience: grace / 2 },
  { signal: 'SIGKILL', patience: KILL_PATIENCE },
];

export const terminateLadder = (grace: number): readonly Rung[] => [
  { signal: 'SIGTERM', patience: grace },
  { signal: 'SIGKILL', patience: KILL_PATIENCE },
];

/** For what takes the machine down with it if it is asked politely. */
export const KILL_LADDER: readonly Rung[] = [{ signal: 'SIGKILL', patience: 5 }];

/** Seconds after which a killed process is stuck in the kernel, and waiting for it longer helps nobody. */
const KILL_PATIENCE = 5;
/** Milliseconds between two looks whether a group is gone. */
const LOOK_INTERVAL = 20;

interface GroupParts {
  readonly clock: Clock;
  readonly machine: Machine;
}

/**
 * Ends a process group, and what has left the group but still carries the mark. Signals go up the ladder until nothing
 * of the group lives.
 * @returns true when all is gone.
 */
export async function endGroup(
  group: number,
  mark: string,
  ladder: readonly Rung[],
  { clock, machine }: GroupParts,
): Promise<boolean> {
  for (const { signal, patience } of ladder) {
    if (!trySignal(machine, -group, signal)) break;
    const deadline = clock.monotonic() + patience * 1000;
    while (isGroupAlive(group, machine) && clock.monotonic() < deadline) await clock.sleep(LOOK_INTERVAL);
    if (!isGroupAlive(group, machine)) break;
  }
  return (await killMarked(new Set([mark]), { clock, machine })) && !isGroupAlive(group, machine);
}

/**
 * Kills whatever carries one of the marks, wherever it has gone.
 * @returns true when all is gone; false: something is stuck in the kernel.
 */
export async function killMarked(marks: ReadonlySet<string>, { clock, machine }: GroupParts): Promise<boolean> {
  if (marks.size === 0) return true;
  const deadline = clock.monotonic() + KILL_PATIENCE * 1000;
  for (;;) {
    const found = machine.marked((mark) => marks.has(writeMark(mark)));
    if (found.length === 0) return true;
    for (const { pid } of found) trySignal(machine, pid, 'SIGKILL');
    if (clock.monotonic() > deadline) return false;
    await clock.sleep(LOOK_INTERVAL);
  }
}

/** Says whether a process of the group lives; zombies, which nobody may ever collect, do not count. */
export function isGroupAlive(group: number, machine: Machine): boolean {
  if (!trySignal(machine, -group, 0)) return false;
  const table = machine.processes();
  return table.length === 0 || table.some((row) => row.group === group);
}

/** Sends a signal; what has changed its user is out of our reach, but not gone. */
function trySignal(machine: Machine, target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return machine.signal(target, signal);
  } catch {
    return true;
  }
}
