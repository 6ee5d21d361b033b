/** When to look again: the one place that a wait for news of the server would replace. */
import type { Progress } from './view.ts';

/** Milliseconds between two looks at a workflow that runs, and at one that waits for its first run or for the server. */
const LIVE = 500;
const AT_REST = 2000;
/** A look at a very large workflow takes the server a while: it is given this many times as long for its other work. */
const SHARE = 5;

/** Milliseconds until the next look, after one that took `took`. */
export function pauseAfter(progress: Progress | undefined, took: number): number {
  return Math.max(progress?.workflow.live ? LIVE : AT_REST, SHARE * took);
}
