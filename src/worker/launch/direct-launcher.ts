import type { Readable } from 'node:stream';
import type { ProcessLauncher } from '../../core/process.ts';
import type { CommandLauncher, CommandToLaunch, LaunchedCommand } from './launcher.ts';

/** Starts commands from this very process: right for one command, and where there is no fork server. */
export class DirectLauncher implements CommandLauncher {
  readonly #processes: ProcessLauncher;
  readonly #environment: Readonly<Record<string, string | undefined>>;

  /** `environment`: what all commands have. */
  constructor(processes: ProcessLauncher, environment: Readonly<Record<string, string | undefined>>) {
    this.#processes = processes;
    this.#environment = environment;
  }

  async launch({ command, variables }: CommandToLaunch): Promise<LaunchedCommand> {
    const { pid, stdout, stderr, exited } = await this.#processes.launch({
      program: '/bin/sh',
      arguments: ['-c', command],
      environment: { ...this.#environment, ...variables },
      ownGroup: true,
      stdout: 'pipe',
      stderr: 'pipe',
    });
    return {
      pid,
      stdout: stdout as Readable,
      stderr: stderr as Readable,
      exited: exited.then((end) => ({ ...end, cpu: null, maxrss: null })),
    };
  }
}
