import type { Clock } from '../../core/clock.ts';
import type { LineLog } from '../../core/log.ts';
import type { Machine } from '../../core/machine.ts';
import type { ProcessLauncher } from '../../core/process.ts';
import { DirectLauncher } from './direct-launcher.ts';
import { ForkServer } from './fork-server.ts';
import type { CommandLauncher } from './launcher.ts';

export interface LauncherParts {
  readonly processes: ProcessLauncher;
  /** What all commands have. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: LineLog;
  readonly machine?: Machine | undefined;
}

/** The cheapest way to start many commands on this machine. */
export async function startLauncher(parts: LauncherParts): Promise<CommandLauncher> {
  const fallback = new DirectLauncher(parts.processes, parts.environment);
  return (await ForkServer.start({ ...parts, fallback })) ?? fallback;
}
