import type { AttemptMark, SupervisorMark } from '../../../core/attempt-mark.ts';
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
export function killMarked(wanted: (mark: AttemptMark) => boolean, parts: KillParts): Promise<void> {
  const { machine = systemMachine } = parts;
  return killAll(() => machine.marked(wanted), { ...parts, first: 'SIGTERM' });
}

/** As {@link killMarked}, for supervisors. They are not asked: one that wakes up to be asked could start something first. */
export function killSupervisors(wanted: (mark: SupervisorMark) => boolean, parts: KillParts): Promise<void> {
  const { machine = systemMachine } = parts;
  return killAll(() => machine.supervisors(wanted), { ...parts, first: 'SIGKILL' });
}

async function killAll(
  find: () => readonly { readonly pid: number }[],
  { clock, log, machine = systemMachine, first }: KillParts & { readonly first: 'SIGTERM' | 'SIGKILL' },
): Promise<void> {
  const started = clock.monotonic();
  let complaint = started + COMPLAINT_INTERVAL * 1000;
  for (let signal: NodeJS.Signals = first; ; ) {
    const pids = find().flatMap(({ pid }) => (pid === process.pid ? [] : [pid]));
    if (pids.length === 0) return;
    signalGroups(pids, signal, machine);
    await clock.sleep(LOOK_INTERVAL);
    const now = clock.monotonic();
    // Asked once; a stopped one could not have heard it.
    signal = first === 'SIGTERM' && now - started < PATIENCE * 1000 ? 'SIGCONT' : 'SIGKILL';
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
