/** What is to be killed where: written by a test, read by {@link file://./preload.ts} in every process of Skep. */
import { join } from 'node:path';

/** What a process is. A client that found no server serves too. */
export type Role = 'server' | 'client' | 'distributor' | 'supervisor' | 'worker';

/**
 * `itself`: the process in which the point is reached. `fork-server`, `command`: what a supervisor has started. `everything`:
 * all processes of the data directory at once, as a power cut would.
 */
export type Victim = 'itself' | 'fork-server' | 'command' | 'everything';

export interface KillOrder {
  /** Where points are counted. */
  readonly role: Role;
  /** The number of the point at which the victim is killed, from 1. */
  readonly point: number;
  readonly victim: Victim;
}

/** The one variable that tells a process what to do: count its points only, or kill at one of them. */
export const ORDER_VARIABLE = 'SKEP_CHAOS';

interface Instructions {
  /** Where the files below are written. */
  readonly directory: string;
  /** Undefined: every process counts its points and writes their number down when it ends. */
  readonly kill: KillOrder | undefined;
}

/** The variables that carry the instructions into a process and all that it starts. */
export function orderEnvironment(instructions: Instructions): Record<string, string> {
  return {
    NODE_OPTIONS: `--import=${new URL('./preload.ts', import.meta.url).href}`,
    [ORDER_VARIABLE]: JSON.stringify(instructions),
  };
}

export function readInstructions(text: string): Instructions {
  return JSON.parse(text);
}

/** Holds `<role> <points>` for each process that ended in order. */
export const countsFile = (directory: string): string => join(directory, 'points');
/** Appears with the kill, which happens once, and says at what. */
export const killedFile = (directory: string): string => join(directory, 'killed');

/** Undefined for what is no part of Skep. */
export function roleOf(words: readonly string[]): Role | undefined {
  const [, file = '', program, command] = words;
  if (file.endsWith('bin/skep.js')) return program === 'server' && command === 'start' ? 'server' : clientRole(program);
  if (/\bdistributor\/main\.c?[jt]s$/.test(file)) return 'distributor';
  if (/\bworker\/main\.c?[jt]s$/.test(file)) return program === 'supervise' ? 'supervisor' : 'worker';
  return undefined;
}

const clientRole = (program: string | undefined): Role | undefined => (program === 'run' ? 'client' : undefined);
