/** What every command is given: where it reads and writes, its clock, its processes, its environment. */
import type { Transport, TransportOptions } from '../api/transport.ts';
import type { Clock } from '../core/clock.ts';
import { type Config, type ConfigOverrides, loadConfig } from '../core/config.ts';
import type { ProcessLauncher } from '../core/process.ts';

type Writable = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };

export interface CommandContext {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean; setRawMode?(isRaw: boolean): unknown };
  readonly output: Writable;
  readonly errors: Writable;
  readonly clock: Clock;
  readonly processes: ProcessLauncher;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The words after `skep`. */
  readonly words: readonly string[];
  /** Makes the way to the server at `origin`. Default: over HTTP. */
  readonly transportTo?: (origin: string, options?: TransportOptions) => Transport;
}

/** Options that every command has. */
export interface CommonOptions {
  readonly dataDir?: string;
  readonly verbose?: boolean;
}

/** The configuration with the flags of a command on top. */
export function configFor(context: CommandContext, options: CommonOptions, flags: ConfigOverrides = {}): Config {
  return loadConfig({ environment: context.environment, overrides: overridesOf(options, flags) });
}

/** The settings that the options of a command change. */
export function overridesOf({ dataDir }: CommonOptions, flags: ConfigOverrides = {}): ConfigOverrides {
  return { ...flags, server: { ...flags.server, ...(dataDir !== undefined && { data_dir: dataDir }) } };
}
