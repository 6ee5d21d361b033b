/** What every command is given: where it reads and writes, its clock, its processes, its environment. */
import type { Clock } from '../core/clock.ts';
import { type Config, type ConfigOverrides, loadConfig } from '../core/config.ts';
import type { ProcessLauncher } from '../core/process.ts';

type Writable = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export interface CommandContext {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: Writable;
  readonly errors: Writable;
  readonly clock: Clock;
  readonly processes: ProcessLauncher;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The words after `skep`. */
  readonly words: readonly string[];
}

/** Options that every command has. */
export interface CommonOptions {
  readonly dataDir?: string;
  readonly verbose?: boolean;
}

/** The configuration with the flags of a command on top. */
export function configFor(
  { environment }: CommandContext,
  { dataDir }: CommonOptions,
  flags: ConfigOverrides = {},
): Config {
  const server = { ...flags.server, ...(dataDir !== undefined && { data_dir: dataDir }) };
  return loadConfig({ environment, overrides: { ...flags, server } });
}
