import type { AttemptMark } from '../../../core/attempt-mark.ts';
import type { Clock } from '../../../core/clock.ts';
import type { Logger } from '../../../core/log.ts';
import { type Machine, systemMachine } from '../../../core/machine.ts';

/** Seconds that orphans get to end by themselves: nobody waits for what they would still write. */
const PATIENCE = 2;
/** Milliseconds between two looks at what is left. */
const LOOK_INTERVAL = 50;
/** Seconds between two complaints about a process that does not die. */
const COMPLAINT_INTERVAL = 10;

interface KillParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly machine?: Machine | undefined;
}

/**
 * Ends all processes with a mark that `wanted` accepts, and their process groups. Resolves when they are gone, however
 * long that takes: whoever asks is about to start the same work again.
 */
export async function killMarked(wanted: (mark: AttemptMark) => boolean, parts: KillParts): Promise<void> {
  const { clock, log, machine = systemMachine } = parts;
  const started = clock.monotonic();
  let complaint = started + COMPLAINT_INTERVAL * 1000;
  for (let signal: NodeJS.Signals = 'SIGTERM'; ; ) {
    const pids = machine.marked(wanted).flatMap(({ pid }) => (pid === process.pid ? [] : [pid]));
    if (pids.length === 0) return;
    signalGroups(pids, signal, machine);
    await clock.sleep(LOOK_INTERVAL);
    const now = clock.monotonic();
    signal = now - started < PATIENCE * 1000 ? 'SIGCONT' : 'SIGKILL'; // Asked once; a stopped one could not have heard it.
    if (now < complaint) continue;
    log.warn({ pids }, 'Processes of an earlier run do not die');
    complaint = now + COMPLAINT_INTERVAL * 1000;
  }
}

function signalGroups(pids: readonly number[], signal: NodeJS.Signals, machine: Machine): void {
  const groups = new Map(machine.processes().map((row) => [row.pid, row.group]));
  for (const target of new Set(pids.flatMap((pid) => [pid, -(groups.get(pid) ?? pid)]))) {
    try {
      machine.signal(target, signal);
    } catch {
      // It has become another user's: whether it ends is seen by the next look.
    }
  }
}
