import type { Clock } from '../../core/clock.ts';
import { isSkepError, messageOf } from '../../core/errors.ts';
import type { LineLog } from '../../core/log.ts';

/** Milliseconds before a report is repeated; doubled each time up to the longest, so that work goes on soon after an outage. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 4000;

/**
 * Repeats a call until the server answers or refuses it. A command's work must not be lost because the server was away
 * for a night, so there is no budget; `unauthorized` is waited out too, because a restarted server reads its token anew.
 */
export async function untilAnswered<Answer>(call: () => Promise<Answer>, clock: Clock, log: LineLog): Promise<Answer> {
  for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    try {
      return await call();
    } catch (error) {
      if (!isSkepError(error, 'request_failed', 'unauthorized', 'answer_malformed')) throw error;
      log.warn({ error: messageOf(error), wait }, 'The server cannot be told; the report will be repeated');
    }
    await clock.sleep(wait);
  }
}
