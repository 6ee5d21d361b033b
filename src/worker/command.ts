/** One command, from its start until nothing of it is left. Source: distributor-worker §8.4, §8.5. */
import { ATTEMPT_VARIABLE } from '../core/attempt-mark.ts';
import type { Clock } from '../core/clock.ts';
import { type Machine, systemMachine } from '../core/machine.ts';
import type { ProcessEnd } from '../core/process.ts';
import type { CommandExit, CommandLauncher, LaunchedCommand } from './launch/launcher.ts';
import { type LogFile, OutputCapture } from './output.ts';
import { endGroup, interruptLadder, isGroupAlive, KILL_LADDER, type Rung, terminateLadder } from './process-group.ts';
import type { StreamEnd } from './shown-output.ts';
import type { Usage, UsageSampler, Watch } from './usage.ts';

/** Why we end a command that has not ended by itself. */
export type StopReason = 'ordered' | 'silent' | 'shutdown' | 'abandoned' | 'runtime' | 'memory' | 'lease';

export interface CommandParts {
  readonly clock: Clock;
  readonly launcher: CommandLauncher;
  readonly sampler: UsageSampler;
  /** Seconds between asking a command to end and killing it. */
  readonly interruptTimeout: number;
  /** Where the command runs. Default: the machine that we are on. */
  readonly machine?: Machine | undefined;
}

export interface CommandRequest {
  readonly command: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Value of the variable by which its processes are found again. */
  readonly mark: string;
  readonly stdout: LogFile;
  readonly stderr: LogFile;
  /** Seconds, or null: no limit. */
  readonly runtime: number | null;
  /** GiB, or null: no limit. */
  readonly memory: number | null;
}

export interface CommandEnd extends ProcessEnd {
  /** Why we ended it, if we did. */
  readonly stopped: StopReason | undefined;
  /** Seconds of the clock that never jumps. */
  readonly wallclock: number;
  readonly usage: Usage;
  readonly stdoutTail: string;
  readonly stderrTail: string;
  /** The kernel killed something for want of memory while the command ran. */
  readonly outOfMemory: boolean;
  /** Why a log file is not complete. */
  readonly logFailure: Error | undefined;
}

/** Milliseconds for which something may still hold the output open after the shell has exited. */
const LINGER = 500;
export const BYTES_PER_GIB = 2 ** 30;

export class RunningCommand {
  /** Resolves when the command and all that it started are gone and the log files are closed. Never rejects. */
  readonly ended: Promise<CommandEnd>;
  readonly #parts: CommandParts;
  readonly #request: CommandRequest;
  readonly #child: LaunchedCommand;
  readonly #outputs: readonly [OutputCapture, OutputCapture];
  readonly #watch: Watch;
  readonly #started: number;
  readonly #machine: Machine;
  readonly #oomKills: number;
  #stopped: StopReason | undefined;
  #ending: Promise<boolean> | undefined;

  private constructor(child: LaunchedCommand, started: number, request: CommandRequest, parts: CommandParts) {
    this.#child = child;
    this.#request = request;
    this.#parts = parts;
    this.#started = started;
    this.#machine = parts.machine ?? systemMachine;
    this.#oomKills = this.#machine.outOfMemoryKills();
    this.#outputs = [new OutputCapture(child.stdout, request.stdout), new OutputCapture(child.stderr, request.stderr)];
    this.#watch = parts.sampler.watch(child.pid, (resident, pids) => this.#checkMemory(resident, pids));
    this.ended = this.#waitForEnd();
  }

  /** Starts the command with `/bin/sh`. Rejects with the system's error when it cannot be started. */
  static async start(request: CommandRequest, parts: CommandParts): Promise<RunningCommand> {
    const variables = { ...request.variables, [ATTEMPT_VARIABLE]: request.mark };
    const started = parts.clock.monotonic(); // The word that it runs may reach us when it has run for a while.
    const child = await parts.launcher.launch({ command: request.command, variables });
    return new RunningCommand(child, started, request, parts);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** The last of what it has written so far. */
  output(): { stdout: StreamEnd; stderr: StreamEnd } {
    const [stdout, stderr] = this.#outputs;
    return { stdout: stdout.end(), stderr: stderr.end() };
  }

  /** Ends the command and its whole group; the first reason counts. */
  stop(reason: StopReason): void {
    this.#stopped ??= reason;
    this.#endGroup(ladderFor(reason, this.#parts.interruptTimeout));
  }

  async #waitForEnd(): Promise<CommandEnd> {
    const { clock } = this.#parts;
    const { runtime } = this.#request;
    const cancel = runtime === null ? () => {} : clock.after(runtime * 1000, () => this.stop('runtime'));
    const end = await this.#child.exited;
    const wallclock = (clock.monotonic() - this.#started) / 1000;
    cancel();
    await this.#endRemains(end.code === 0);
    const [stdout, stderr] = this.#outputs;
    const { code, signal } = end;
    return {
      code,
      signal,
      stopped: this.#stopped,
      wallclock,
      usage: this.#usage(end),
      stdoutTail: stdout.text(),
      stderrTail: stderr.text(),
      outOfMemory: diedOfKill(end) && this.#machine.outOfMemoryKills() > this.#oomKills,
      logFailure: stdout.failure ?? stderr.failure,
    };
  }

  /** What was seen from time to time, and what the system counted to the end: the larger of each. */
  #usage({ cpu, maxrss }: CommandExit): Usage {
    const seen = this.#watch.stop();
    return { cpu: largerOf(seen.cpu, cpu), maxrss: largerOf(seen.maxrss, maxrss) };
  }

  /**
   * What the shell left in the background ends with it, after a moment in which it may end by itself. A failed command may
   * be tried again, so that what has left its group is looked for too; after a success the end of the supervisor is soon enough.
   */
  async #endRemains(succeeded: boolean): Promise<void> {
    const finished = Promise.all(this.#outputs.map((output) => output.finished));
    const isQuiet = await this.#within(LINGER, finished);
    if (!succeeded || this.#ending !== undefined || !isQuiet || isGroupAlive(this.pid, this.#machine)) {
      await this.#endGroup(terminateLadder(this.#parts.interruptTimeout));
    }
    if (await this.#within(LINGER, finished)) return;
    for (const output of this.#outputs) output.abandon();
    await finished;
  }

  async #within(milliseconds: number, promise: Promise<unknown>): Promise<boolean> {
    let cancel = () => {};
    const late = new Promise<boolean>((resolve) => {
      cancel = this.#parts.clock.after(milliseconds, () => resolve(false));
    });
    const inTime = await Promise.race([promise.then(() => true), late]);
    cancel();
    return inTime;
  }

  #endGroup(ladder: readonly Rung[]): Promise<boolean> {
    this.#ending ??= endGroup(this.pid, this.#request.mark, ladder, {
      clock: this.#parts.clock,
      machine: this.#machine,
    });
    return this.#ending;
  }

  /** Processes share pages, so the sum of their sizes is only a first suspicion. */
  #checkMemory(resident: number, pids: readonly number[]): void {
    const { memory } = this.#request;
    if (memory === null || resident <= memory * BYTES_PER_GIB) return;
    const own = pids.reduce((sum, pid) => sum + (this.#machine.proportionalMemory(pid) ?? 0), 0);
    if (own > memory * BYTES_PER_GIB) this.stop('memory');
  }
}

function ladderFor(reason: StopReason, grace: number): readonly Rung[] {
  if (reason === 'memory') return KILL_LADDER;
  return reason === 'ordered' || reason === 'abandoned' ? interruptLadder(grace) : terminateLadder(grace);
}

function largerOf(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

/** Died of signal 9, itself or (as a shell reports it) its last command. */
function diedOfKill({ code, signal }: ProcessEnd): boolean {
  return signal === 'SIGKILL' || code === 137;
}
