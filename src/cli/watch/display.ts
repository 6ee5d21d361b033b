/** Who shows how a workflow stands: a live picture on terminals, lines elsewhere. */
import type { CommandContext } from '../context.ts';
import type { Failure } from '../run/failures.ts';
import type { Wish } from './interaction.ts';
import { createLineDisplay } from './line-display.ts';
import { createLiveDisplay } from './live-display.ts';
import type { Progress } from './view.ts';

/** What is known. */
export interface Standing {
  readonly progress: Progress | undefined;
  /** Milliseconds of the monotonic clock at which it was so. */
  readonly since: number;
  readonly failures: readonly Failure[];
  /** Why nothing newer is known; empty: it is. */
  readonly trouble: string;
}

export interface Display {
  /** Whether somebody sits before it who may leave. */
  readonly isLive: boolean;
  show(standing: Standing): void;
  /** Says something until the next key. */
  remark(text: string): void;
  /** What the viewer wants done; told once. */
  takeWish(): Wish | undefined;
  /** Aborted as soon as the viewer wants something, or leaves. */
  attention(): AbortSignal;
  /** Aborted when the viewer leaves. */
  readonly leaving: AbortSignal;
  /** The exit code, once the viewer has left. */
  readonly leftWith: number | undefined;
  /** Leaves the last state on the terminal. */
  end(): void;
}

export function displayFor(options: { workflowId: number; json?: boolean }, context: CommandContext): Display {
  const { output, environment } = context;
  const isLive = !options.json && output.isTTY === true && environment.TERM !== 'dumb';
  return isLive ? createLiveDisplay(options.workflowId, context) : createLineDisplay(options.json === true, context);
}
