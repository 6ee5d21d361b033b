/** Ending runs that will not end themselves. */
import type { Requester } from '../../api/requester.ts';
import { type AnswerOf, routes } from '../../api/routes.ts';
import { requireExtensions } from './extensions.ts';

/** What a search for runs that stopped reporting has ended. */
export type ReapResult = AnswerOf<typeof routes.searchLostRuns>;

/** Has the server search at once for runs that stopped reporting. @throws SkepError extension_missing */
export async function reap(requester: Requester): Promise<ReapResult> {
  await requireExtensions(requester, 'search when it is told to');
  return requester.call(routes.searchLostRuns, {});
}
