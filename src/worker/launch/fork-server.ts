/** Commands started by a small process that does nothing else: the protocol is in fork-server.pl. */
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { ATTEMPT_VARIABLE } from '../../core/attempt-mark.ts';
import type { Clock } from '../../core/clock.ts';
import type { LineLog } from '../../core/log.ts';
import { type Machine, systemMachine } from '../../core/machine.ts';
import { ownFile } from '../../core/own-files.ts';
import { type LaunchedProcess, type ProcessLauncher, sendSignal } from '../../core/process.ts';
import { residentMemory } from '../../core/process-table.ts';
import { endGroup, KILL_LADDER, killMarked } from '../process-group.ts';
import type { CommandExit, CommandLauncher, CommandToLaunch, LaunchedCommand } from './launcher.ts';
import { readWaitStatus } from './wait-status.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ForkServerOptions {
  readonly processes: ProcessLauncher;
  /** What all commands have. */
  readonly environment: Environment;
  /** Takes over when the server has died. */
  readonly fallback: CommandLauncher;
  readonly clock: Clock;
  readonly log: LineLog;
  /** Default: the machine that we are on. */
  readonly machine?: Machine | undefined;
}

interface Pending {
  /** By which its processes are found; undefined when it was given none. */
  readonly mark: string | undefined;
  readonly resolve: (command: LaunchedCommand) => void;
  readonly reject: (error: Error) => void;
}

/** Variables that change how Perl itself starts: they are for the commands alone. */
const PERL_VARIABLES = /^PERL/;
/** A copy of the server is what a command begins as, so a peak that is not well above the server's tells nothing. */
const TELLING = 1.25;
/** Milliseconds in which it has to be ready; it usually takes twenty. */
const PATIENCE = 5000;
/** Milliseconds that a fork takes to become the command, whose environment holds its mark; it usually takes one. */
const BECOMING = 100;

export class ForkServer implements CommandLauncher {
  readonly #options: ForkServerOptions;
  readonly #server: LaunchedProcess;
  readonly #orders: Writable;
  readonly #perlVariables: Environment;
  readonly #pending = new Map<string, Pending>();
  readonly #running = new Map<number, (exit: CommandExit) => void>();
  #count = 0;
  #alive = true;
  #ownMemory = 0;

  /** Undefined where it does not work: no Perl, another system, no `/proc`. */
  static async start(options: ForkServerOptions): Promise<ForkServer | undefined> {
    const { processes, environment, log } = options;
    const isOurs = ([name]: [string, unknown]) => !PERL_VARIABLES.test(name);
    try {
      const server = await processes.launch({
        program: 'perl',
        arguments: [ownFile('worker/launch/fork-server.pl')],
        environment: Object.fromEntries(Object.entries(environment).filter(isOurs)),
        ownGroup: false,
        stdin: 'pipe',
        stdout: 'pipe',
        stderr: 'inherit',
      });
      const forkServer = new ForkServer(server, options);
      if (await forkServer.#isReady()) return forkServer;
      forkServer.close();
      return undefined;
    } catch (error) {
      log.debug({ error: String(error) }, 'There is no fork server');
      return undefined;
    }
  }

  private constructor(server: LaunchedProcess, options: ForkServerOptions) {
    this.#server = server;
    this.#options = options;
    this.#orders = server.stdin as Writable;
    this.#orders.on('error', () => {}); // It has died, which `exited` tells.
    this.#perlVariables = Object.fromEntries(
      Object.entries(options.environment).filter(([name]) => PERL_VARIABLES.test(name)),
    );
    server.closed.then(() => this.#die()); // Not before all that it told was read.
  }

  get #place() {
    const { clock, machine = systemMachine } = this.#options;
    return { clock, machine };
  }

  launch(request: CommandToLaunch): Promise<LaunchedCommand> {
    if (!this.#alive) return this.#options.fallback.launch(request);
    const id = String(++this.#count);
    const variables = Object.entries({ ...this.#perlVariables, ...request.variables });
    const fields = ['run', id, request.command, ...variables.map(([name, value]) => `${name}=${value}`)];
    const hostile = fields.find((field) => field.includes('\0'));
    if (hostile !== undefined)
      return Promise.reject(new Error('it holds a NUL character, which ends every text there'));
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { mark: request.variables[ATTEMPT_VARIABLE], resolve, reject });
      this.#send(fields);
    });
  }

  /** Ends the server; what it has started goes on. */
  close(): void {
    this.#alive = false;
    this.#orders.end();
  }

  /** Whether its first answer came, and pipes can be opened by way of /proc. */
  async #isReady(): Promise<boolean> {
    let cancel = () => {};
    const isReady = await new Promise<boolean>((resolve) => {
      createInterface({ input: this.#server.stdout as Readable }).on('line', (line) => {
        const [word, ...fields] = line.split(' ');
        if (word === 'ready') resolve(this.#probe(fields[0] as string));
        else if (word === 'started') this.#started(fields);
        else if (word === 'ended') this.#ended(fields.map(Number));
        else this.#failed(fields);
      });
      this.#server.exited.then(() => resolve(false));
      cancel = this.#options.clock.after(PATIENCE, () => resolve(false));
    });
    cancel();
    return isReady;
  }

  #probe(fd: string): boolean {
    try {
      closeSync(this.#openPipe(fd));
      this.#ownMemory = residentMemory(this.#server.pid) ?? 0;
      return true;
    } catch {
      return false; // Another system of files, or somebody keeps processes from looking at each other.
    }
  }

  #started([id = '', pidText = '', ...fds]: string[]): void {
    const pid = Number(pidText);
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    const exited = new Promise<CommandExit>((resolve) => this.#running.set(pid, resolve));
    try {
      const [stdout, stderr] = fds.map((fd) => new Socket({ fd: this.#openPipe(fd), readable: true, writable: false }));
      pending?.resolve({ pid, stdout: stdout as Readable, stderr: stderr as Readable, exited });
    } catch (error) {
      const ended = endGroup(pid, pending?.mark ?? '', KILL_LADDER, this.#place);
      ended.then(() => pending?.reject(error as Error));
    }
    this.#send(['opened', pidText]);
  }

  #ended([pid = 0, status = 0, cpu = 0, memory = 0]: number[]): void {
    const maxrss = memory * 1024;
    this.#running.get(pid)?.({
      ...readWaitStatus(status),
      cpu: cpu / 1e6,
      maxrss: maxrss > TELLING * this.#ownMemory ? maxrss : null,
    });
    this.#running.delete(pid);
  }

  #failed([id = '', code, ...words]: string[]): void {
    const error = Object.assign(new Error(words.join(' ')), { errno: Number(code) });
    this.#pending.get(id)?.reject(error);
    this.#pending.delete(id);
  }

  /** Nobody can say any more how its commands end, so that they are ended. */
  async #die(): Promise<void> {
    const unasked = this.#alive;
    this.#alive = false;
    if (unasked) this.#options.log.error({ commands: this.#running.size }, 'The fork server died');
    for (const [pid, end] of this.#running) {
      sendSignal(-pid, 'SIGKILL');
      end({ code: null, signal: 'SIGKILL', cpu: null, maxrss: null });
    }
    this.#running.clear();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    // Some may have been started, and the word of it lost: they must not live beside their next attempt.
    const marks = new Set(pending.flatMap(({ mark }) => mark ?? []));
    if (marks.size > 0) await this.#options.clock.sleep(BECOMING);
    await killMarked(marks, this.#place);
    for (const { reject } of pending) reject(new Error('the process that starts commands died'));
  }

  #openPipe(fd: string): number {
    return openSync(`/proc/${this.#server.pid}/fd/${fd}`, constants.O_RDONLY | constants.O_NONBLOCK);
  }

  #send(fields: readonly string[]): void {
    const text = Buffer.from(fields.join('\0'));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    this.#orders.write(Buffer.concat([length, text]));
  }
}
