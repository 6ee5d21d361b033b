/** Starting runs of workflows as processes of their own, which go on without this server. */
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { type Config, dataDirectory } from '../core/config.ts';
import { messageOf, SkepError } from '../core/errors.ts';
import type { LaunchedProcess, ProcessLauncher } from '../core/process.ts';

/** The command line of Skep, as the one who starts a server has it. */
export interface OwnCommandLine {
  readonly program: string;
  /** In front of the words of a command. */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** As runs name him. */
  readonly user: string;
}

export interface RunStarterOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly processes: ProcessLauncher;
  readonly commandLine: OwnCommandLine;
}

/** Milliseconds in which a run that cannot begin has said so. */
const FIRST_MOMENT = 1500;
/** Characters of what it said that are passed on. */
const LAST_WORDS = 500;

export class RunStarter {
  readonly user: string;
  readonly directory = process.cwd();
  readonly #options: RunStarterOptions;
  /** Workflow id → the process that was started for it and has not ended; undefined while it is being started. */
  readonly #started = new Map<number, number | undefined>();

  constructor(options: RunStarterOptions) {
    this.#options = options;
    this.user = options.commandLine.user;
  }

  /** Why it would start no run of a workflow, because it has just done so; undefined: it would. */
  busyWith(workflowId: number): string | undefined {
    if (!this.#started.has(workflowId)) return undefined;
    const pid = this.#started.get(workflowId);
    const process = pid === undefined ? 'The process' : `Process ${pid}`;
    return `${process} that this server has started for workflow ${workflowId} has not ended.`;
  }

  /**
   * Starts `skep` with these words, and waits a moment to see whether it goes on.
   * @throws SkepError run_not_started with its own words when it ends at once.
   */
  async start(workflowId: number, words: readonly string[]): Promise<{ pid: number; output: string }> {
    const busy = this.busyWith(workflowId);
    if (busy !== undefined) throw new SkepError('run_not_started', busy);
    this.#started.set(workflowId, undefined);
    try {
      const { child, output } = await this.#launch(workflowId, words);
      this.#started.set(workflowId, child.pid);
      void child.exited.then(() => this.#started.delete(workflowId));
      await this.#watch(workflowId, child, output);
      return { pid: child.pid, output };
    } catch (error) {
      this.#started.delete(workflowId);
      throw error;
    }
  }

  async #launch(workflowId: number, words: readonly string[]): Promise<{ child: LaunchedProcess; output: string }> {
    const { config, clock, processes, commandLine } = this.#options;
    const { path: output, descriptor } = openOutput(dataDirectory(config), workflowId, clock.now());
    try {
      const child = await processes.launch({
        program: commandLine.program,
        arguments: [...commandLine.arguments, '--data-dir', dataDirectory(config), ...words],
        // It finds this server by the data directory, whichever server its user has configured.
        environment: { ...commandLine.environment, SKEP__HTTP__SERVICE_URL: '', SKEP__HTTP__TOKEN: '' },
        directory: this.directory,
        ownGroup: true,
        stdout: descriptor,
        stderr: descriptor,
      });
      return { child, output };
    } catch (cause) {
      const sentence = `The run of workflow ${workflowId} cannot be started: ${messageOf(cause)}.`;
      throw new SkepError('run_not_started', sentence, { cause });
    } finally {
      closeSync(descriptor);
    }
  }

  async #watch(workflowId: number, { exited }: LaunchedProcess, output: string): Promise<void> {
    const timer = new AbortController();
    const end = await Promise.race([exited, this.#options.clock.sleep(FIRST_MOMENT, timer.signal)]);
    timer.abort();
    if (end === undefined || end.code === 0) return;
    const words = readFileSync(output, 'utf8').trim().slice(-LAST_WORDS);
    throw new SkepError('run_not_started', `The run of workflow ${workflowId} ended at once: ${words}`);
  }
}

/** @throws SkepError database_unavailable when the data directory cannot be written. */
function openOutput(directory: string, workflowId: number, now: number): { path: string; descriptor: number } {
  try {
    const logs = join(directory, 'logs');
    mkdirSync(logs, { recursive: true, mode: 0o700 });
    const time = new Date(now).toISOString().replaceAll(':', '').slice(0, 17);
    const path = join(logs, `${time}-resume-${workflowId}.txt`);
    return { path, descriptor: openSync(path, 'a', 0o600) };
  } catch (cause) {
    const sentence = `Cannot write to the data directory ${directory}: ${messageOf(cause)}.`;
    throw new SkepError('database_unavailable', sentence, { cause });
  }
}
