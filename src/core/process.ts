/**
 * Starting and watching processes, handed in. Only this file of `src/` touches `node:child_process` (a test checks it).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Readable, Writable } from 'node:stream';

interface LaunchRequest {
  readonly program: string;
  readonly arguments: readonly string[];
  /** The whole environment of the new process; default: that of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Working directory; default: that of this process. */
  readonly directory?: string;
  /** Starts a session and process group of its own, so that {@link LaunchedProcess.signal} reaches all descendants. */
  readonly ownGroup: boolean;
  readonly stdin?: 'ignore' | 'pipe' | 'inherit';
  /** A number is an open file descriptor. */
  readonly stdout?: 'ignore' | 'pipe' | 'inherit' | number;
  readonly stderr?: 'ignore' | 'pipe' | 'inherit' | number;
}

export interface ProcessEnd {
  /** Exit status, or null when a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface LaunchedProcess {
  readonly pid: number;
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Resolves when the process has exited (its streams may still be open). Never rejects. */
  readonly exited: Promise<ProcessEnd>;
  /** Resolves when the process has exited and all its piped streams are closed. Never rejects. */
  readonly closed: Promise<ProcessEnd>;
  /** Sends a signal to the process, or to its whole group if it has its own; false when nothing was there to receive it. */
  signal(name: NodeJS.Signals): boolean;
}

export interface ProcessLauncher {
  /** Starts a process. Rejects with the system's error when the program cannot be started. */
  launch(request: LaunchRequest): Promise<LaunchedProcess>;
  /** A text that names one process for good (`pid` and start time), or undefined when no such process lives. */
  identify(pid: number): string | undefined;
}

/** Whether the process that {@link ProcessLauncher.identify} named so still lives; its number may be another's by now. */
export function lives(identity: string, processes: Pick<ProcessLauncher, 'identify'>): boolean {
  return processes.identify(Number.parseInt(identity, 10)) === identity;
}

/** `<host>/<pid>@<start>`: names this process for good, also for those who live on other machines. The start may be unknown. */
export function nameOfThisProcess(processes: Pick<ProcessLauncher, 'identify'>): string {
  return `${hostname()}/${processes.identify(process.pid) ?? process.pid}`;
}

export const systemProcesses: ProcessLauncher = {
  launch(request) {
    const child = spawn(request.program, [...request.arguments], {
      cwd: request.directory,
      env: request.environment === undefined ? process.env : { ...request.environment },
      detached: request.ownGroup,
      stdio: [request.stdin ?? 'ignore', request.stdout ?? 'ignore', request.stderr ?? 'ignore'],
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('spawn', () => {
        child.off('error', reject);
        child.on('error', () => {}); // A failed kill of a process that has just ended; `signal` reports it.
        resolve(describe(child, request.ownGroup));
      });
    });
  },

  identify(pid) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // Fields after the parenthesised name: state is the 1st, start time (clock ticks since boot) the 20th.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : `${pid}@${fields[19]}`;
    } catch {
      return isAlive(pid) && process.platform !== 'linux' ? `${pid}@unknown` : undefined;
    }
  },
};

function describe(child: ChildProcess, ownGroup: boolean): LaunchedProcess {
  const pid = child.pid as number;
  const ending = (event: 'exit' | 'close') =>
    new Promise<ProcessEnd>((resolve) => child.once(event, (code, signal) => resolve({ code, signal })));
  return {
    pid,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited: ending('exit'),
    closed: ending('close'),
    signal: (name) => sendSignal(ownGroup ? -pid : pid, name),
  };
}

/** Sends a signal to a process, or to a group when `pid` is negative; false when nothing was there to receive it. */
export function sendSignal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
