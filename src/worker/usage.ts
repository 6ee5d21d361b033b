import type { Clock } from '../core/clock.ts';
import type { ProcessRow } from '../core/process-table.ts';

/** What a command has used so far; null: it ended before anybody looked. */
export interface Usage {
  /** Seconds of CPU of the process tree. */
  readonly cpu: number | null;
  /** Peak of the resident memory of the process tree in bytes. */
  readonly maxrss: number | null;
}

export interface Watch {
  /** Ends the watch and gives the last figures. */
  stop(): Usage;
}

type OnSample = (resident: number, pids: readonly number[]) => void;

interface Watched {
  readonly onSample: OnSample;
  cpu: number | null;
  maxrss: number | null;
}

/** Milliseconds between two looks: short enough to see memory grow, ... */
const SHORTEST_INTERVAL = 250;
/** ... and so long that looking takes no more than a fiftieth of the time, ... */
const COST_FACTOR = 50;
/** ... unless looking is slow because the machine is overloaded: memory limits hold there too. */
const LONGEST_INTERVAL = 5000;

/** Looks at the process table for all commands at once, as long as there are any. */
export class UsageSampler {
  readonly #clock: Clock;
  readonly #readTable: () => readonly ProcessRow[];
  /** By the process id of the command's shell, which is the id of its session too. */
  readonly #watched = new Map<number, Watched>();
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, readTable: () => readonly ProcessRow[]) {
    this.#clock = clock;
    this.#readTable = readTable;
  }

  /** Watches the process tree of `pid`; `onSample` hears of every look at it. */
  watch(pid: number, onSample: OnSample): Watch {
    const watched: Watched = { onSample, cpu: null, maxrss: null };
    this.#watched.set(pid, watched);
    this.#cancel ??= this.#clock.after(SHORTEST_INTERVAL, () => this.#sample());
    return {
      stop: () => {
        this.#watched.delete(pid);
        if (this.#watched.size === 0) this.#rest();
        return { cpu: watched.cpu, maxrss: watched.maxrss };
      },
    };
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #sample(): void {
    const started = this.#clock.monotonic();
    for (const [pid, rows] of groupByRoot(this.#readTable(), this.#watched)) {
      const watched = this.#watched.get(pid);
      if (watched === undefined) continue;
      const resident = rows.reduce((sum, row) => sum + row.resident, 0);
      const cpu = rows.reduce((sum, row) => sum + row.cpu, 0);
      watched.maxrss = Math.max(watched.maxrss ?? 0, resident);
      watched.cpu = Math.max(watched.cpu ?? 0, cpu); // What has ended unseen takes its figure with it.
      watched.onSample(
        resident,
        rows.map((row) => row.pid),
      );
    }
    const cost = this.#clock.monotonic() - started;
    const pause = Math.min(Math.max(SHORTEST_INTERVAL, cost * COST_FACTOR), LONGEST_INTERVAL);
    this.#cancel = this.#clock.after(pause, () => this.#sample());
    if (this.#watched.size === 0) this.#rest();
  }
}

/** The processes of each root: members of its session, and descendants that have left the session. */
function groupByRoot(
  table: readonly ProcessRow[],
  roots: { has(pid: number): boolean },
): ReadonlyMap<number, ProcessRow[]> {
  const byPid = new Map(table.map((row) => [row.pid, row]));
  const known = new Map<number, number | undefined>();
  const rootOf = (row: ProcessRow | undefined): number | undefined => {
    if (row === undefined) return undefined;
    if (roots.has(row.session)) return row.session;
    if (known.has(row.pid)) return known.get(row.pid);
    known.set(row.pid, undefined); // Ids can be reused while the table is read: no circle may trap us.
    const root = rootOf(byPid.get(row.parent));
    known.set(row.pid, root);
    return root;
  };
  const groups = new Map<number, ProcessRow[]>();
  for (const row of table) {
    const root = rootOf(row);
    if (root === undefined) continue;
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [row]);
    else group.push(row);
  }
  return groups;
}
