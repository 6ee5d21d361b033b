import type { Config } from '../../core/config.ts';
import type { CommandContext } from '../context.ts';

export interface Finding {
  /** What was looked at. */
  readonly check: string;
  /** `error`: runs fail by it, now or soon. `warning`: it may hurt. */
  readonly state: 'ok' | 'warning' | 'error';
  readonly message: string;
  /** What helps; absent where nothing has to be done. */
  readonly hint?: string;
}

/** What is examined. */
export interface Place {
  readonly context: CommandContext;
  readonly config: Config;
  readonly dataDirectory: string;
}

export const ok = (check: string, message: string): Finding => ({ check, state: 'ok', message });
export const warning = (check: string, message: string, hint: string): Finding => ({
  ...{ check, state: 'warning', message, hint },
});
export const problem = (check: string, message: string, hint: string): Finding => ({
  ...{ check, state: 'error', message, hint },
});
