/** When to look again: as soon as the server has news. */
import type { QueryOf } from '../../api/route.ts';
import type { routes } from '../../api/routes.ts';
import type { Progress } from './view.ts';

/** Seconds for which a question after news may be kept. Rates move without news: they are as old as this at most. */
const NEWS_WAIT = 5;
/** Milliseconds between an answer and the next question. */
const NEXT = 100;
/** Milliseconds between two questions at least: also a server that does not wait is not asked oftener. */
const BETWEEN = 500;
/** Milliseconds between two looks while the server is away, or is in this process alone, where others wait for it. */
const WITHOUT_SERVER = 2000;

/** What to ask after `known`: for the present state where nothing is known yet, or where nobody but us could make news. */
export function questionAfter(
  known: Progress | undefined,
  hasServer: boolean,
): QueryOf<typeof routes.getWorkflowProgress> {
  return known === undefined || !hasServer ? {} : { after: known.revision, wait: NEWS_WAIT };
}

/** Milliseconds until the next question, after one that took `took`. */
export function pauseAfter(took: number, hasServer: boolean): number {
  return hasServer ? Math.max(NEXT, BETWEEN - took) : WITHOUT_SERVER;
}
