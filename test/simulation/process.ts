/** A simulated process: production code that runs on seams which end with it. */
import type { Clock } from '../../src/core/clock.ts';
import type { LaunchedProcess, ProcessEnd } from '../../src/core/process.ts';
import type { SimulatedMachine } from './machine.ts';
import { Pipe } from './pipe.ts';
import type { World } from './world.ts';

export type Role = 'client' | 'distributor' | 'supervisor' | 'worker' | 'command' | 'server';

export interface ProcessOptions {
  readonly role: Role;
  readonly machine: SimulatedMachine;
  readonly parent?: SimulatedProcess | undefined;
  /** It leads a process group and session of its own. */
  readonly ownGroup: boolean;
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Milliseconds of the wall clock at the beginning of every history. */
const BEGINNING = Date.UTC(2026, 0, 1);

export class SimulatedProcess {
  readonly pid: number;
  readonly role: Role;
  readonly name: string;
  readonly machine: SimulatedMachine;
  readonly group: number;
  readonly parent: SimulatedProcess | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Names the process for good. */
  readonly identity: string;
  readonly clock: Clock;
  readonly stdin = new Pipe();
  readonly stdout = new Pipe();
  readonly stderr = new Pipe();
  readonly exited: Promise<ProcessEnd>;
  /** What a signal does; absent: it ends the process. */
  readonly onSignal = new Map<NodeJS.Signals, () => void>();
  /** Bytes of memory that it has of its own. */
  resident = 0;
  #end: ProcessEnd | undefined;
  #resolveExited: (end: ProcessEnd) => void = () => {};
  readonly #world: World;
  readonly #timers = new Set<() => void>();
  readonly #onEnd: (() => void)[] = [];
  #awakeAt = 0;

  constructor(world: World, options: ProcessOptions) {
    this.#world = world;
    this.pid = world.nextPid();
    this.role = options.role;
    this.name = `${options.role} ${this.pid % 1_000_000}`;
    this.machine = options.machine;
    this.parent = options.parent;
    this.environment = options.environment ?? {};
    this.group = options.ownGroup ? this.pid : (options.parent?.group ?? this.pid);
    this.identity = `${this.pid}@${Math.round(world.time.now)}`;
    this.exited = new Promise((resolve) => {
      this.#resolveExited = resolve;
    });
    this.clock = this.#createClock();
    options.machine.add(this);
    options.parent?.onEnd(() => world.time.after(world.random.spread(0.1, 300), () => this.#orphan()));
  }

  get isAlive(): boolean {
    return this.#end === undefined;
  }

  /** Whether it has done what waited while it stood still: at the moment itself, some of it is yet to come. */
  get hasCaughtUp(): boolean {
    return this.#awakeAt < this.#world.time.now;
  }

  /** How it ended; undefined while it lives. */
  get end(): ProcessEnd | undefined {
    return this.#end;
  }

  /** Timers that are set. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  onEnd(action: () => void): void {
    this.#onEnd.push(action);
  }

  /** Ends the process: from now on none of its seams answers, and nothing that it still does is seen by anybody. */
  exit(end: ProcessEnd): void {
    if (this.#end !== undefined) return;
    if (end.code !== null) this.#checkChildren();
    this.#end = end;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.machine.remove(this);
    for (const pipe of [this.stdin, this.stdout, this.stderr]) pipe.close();
    for (const action of this.#onEnd) action();
    this.#resolveExited(end);
  }

  kill(): void {
    this.exit({ code: null, signal: 'SIGKILL' });
  }

  receive(signal: NodeJS.Signals): void {
    const handler = this.onSignal.get(signal);
    if (handler !== undefined && signal !== 'SIGKILL') this.whenAwake(handler);
    else if (signal !== 'SIGCONT') this.exit({ code: null, signal });
  }

  /** It gets no processor for a while, as when its machine swaps or is suspended; then it goes on as if nothing had been. */
  pause(milliseconds: number): void {
    this.#awakeAt = Math.max(this.#awakeAt, this.#world.time.now + milliseconds);
  }

  /** Carries out what the process itself has to do: not when it is dead, and when it is paused only afterwards. */
  whenAwake(action: () => void): void {
    if (!this.isAlive) return;
    if (this.#awakeAt <= this.#world.time.now) {
      this.#world.crashes.step(this);
      if (this.isAlive) action();
      return;
    }
    this.#later(this.#awakeAt - this.#world.time.now, action);
  }

  /** The process as whoever started it sees it. */
  asLaunched(ownGroup: boolean, starter: SimulatedProcess): LaunchedProcess {
    return {
      pid: this.pid,
      stdin: this.stdin.writer,
      stdout: this.stdout.reader,
      stderr: this.role === 'supervisor' ? null : this.stderr.reader, // Its starter only hands it on.
      exited: new Promise((resolve) => this.exited.then((end) => starter.whenAwake(() => resolve(end)))),
      closed: this.exited,
      signal: (name) => starter.isAlive && this.machine.signal(ownGroup ? -this.pid : this.pid, name),
    };
  }

  /** Who looks after commands and leaves of its own accord must not leave any behind. */
  #checkChildren(): void {
    if (this.role !== 'supervisor' && this.role !== 'worker') return;
    const left = this.machine.living.filter(({ parent }) => parent === this);
    if (left.length > 0)
      this.#world.violate('I10', `${this.name} ended and left ${left.map(({ name }) => name)} alive.`);
  }

  /** Its parent is dead: the pipes to it are closed. */
  #orphan(): void {
    for (const pipe of [this.stdin, this.stdout, this.stderr]) pipe.close();
  }

  #later(milliseconds: number, action: () => void): () => void {
    if (!this.isAlive) return () => {};
    const cancel = this.#world.time.after(milliseconds, () => {
      this.#timers.delete(forget);
      this.whenAwake(action);
    });
    const forget = () => {
      this.#timers.delete(forget);
      cancel();
    };
    this.#timers.add(forget);
    return forget;
  }

  #createClock(): Clock {
    const { time } = this.#world;
    const { skew, drift, rate } = this.machine;
    return {
      now: () => Math.round(BEGINNING + skew + time.now * (1 + drift)),
      monotonic: () => time.now * rate,
      after: (milliseconds, action) => this.#later(milliseconds / rate, action),
      sleep: (milliseconds, signal) =>
        new Promise((resolve) => {
          if (signal?.aborted) return resolve();
          const finish = () => {
            cancel();
            signal?.removeEventListener('abort', finish);
            resolve();
          };
          const cancel = this.#later(milliseconds / rate, finish);
          signal?.addEventListener('abort', finish, { once: true });
        }),
    };
  }
}
