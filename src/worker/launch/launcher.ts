import type { Readable } from 'node:stream';
import type { ProcessEnd } from '../../core/process.ts';

export interface CommandToLaunch {
  /** Text for `/bin/sh -c`. */
  readonly command: string;
  /** Variables beside those that all commands have. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface CommandExit extends ProcessEnd {
  /** Seconds of CPU of the command and of all that it has waited for; null: not known. */
  readonly cpu: number | null;
  /** Peak resident memory in bytes of the largest of them; null: not known. */
  readonly maxrss: number | null;
}

export interface LaunchedCommand {
  /** Of the shell; also the id of its session and process group. */
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the shell has exited; what it has started may live on. Never rejects. */
  readonly exited: Promise<CommandExit>;
}

/** Starts commands, each in a session of its own. */
export interface CommandLauncher {
  /** Rejects with the system's error when the command cannot be started. */
  launch(request: CommandToLaunch): Promise<LaunchedCommand>;
}
