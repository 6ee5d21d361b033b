import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { readEvent, type SupervisorEvent, type SupervisorOrder, writeLine } from '../../../api/supervisor.ts';
import { ownProgram } from '../../../core/own-files.ts';
import type { LaunchedProcess, ProcessEnd, ProcessLauncher } from '../../../core/process.ts';

const WORKER = ownProgram('worker/main.ts');

export interface SupervisorProcessOptions {
  readonly processes: ProcessLauncher;
  /** After `supervise`. */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Variables beside these. */
  readonly variables: Readonly<Record<string, string>>;
  readonly onEvent: (event: SupervisorEvent) => void;
}

/** One process that runs the commands of a run. Dead or alive; a dead one is replaced by another object. */
export class SupervisorProcess {
  readonly #child: LaunchedProcess;
  readonly #stdin: Writable;
  /** `<pid>@<start>`, as in the marks of its commands. */
  readonly identity: string;

  private constructor(child: LaunchedProcess, { processes, onEvent }: SupervisorProcessOptions) {
    this.#child = child;
    this.#stdin = child.stdin as Writable;
    this.identity = processes.identify(child.pid) ?? String(child.pid);
    this.#stdin.on('error', () => {}); // It has died: `exited` says so, and no order reaches it anyway.
    createInterface({ input: child.stdout as Readable }).on('line', (line) => {
      const event = readEvent(line);
      if (event !== undefined) onEvent(event);
    });
    // Its log is ours. Handed through, not inherited: it may outlive us, and must not keep our own stderr open then.
    child.stderr?.on('data', (chunk: Buffer) => process.stderr.write(chunk));
  }

  /** Rejects with the system's error when it cannot be started. */
  static async start(options: SupervisorProcessOptions): Promise<SupervisorProcess> {
    const child = await options.processes.launch({
      program: process.execPath,
      arguments: [WORKER, 'supervise', ...options.arguments],
      environment: { ...options.environment, ...options.variables },
      ownGroup: true,
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    return new SupervisorProcess(child, options);
  }

  /** Resolves when it is dead. Never rejects. */
  get exited(): Promise<ProcessEnd> {
    return this.#child.exited;
  }

  send(order: SupervisorOrder): void {
    this.#stdin.write(writeLine(order));
  }

  /** No more orders: it ends what it runs (unless it drains) and then itself. */
  close(): void {
    this.#stdin.end();
  }

  kill(): void {
    this.#child.signal('SIGKILL');
  }
}
