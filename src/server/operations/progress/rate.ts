/** How fast tasks come to their end, and when the rest of them will. */
import type { ReadUnit } from '../../db/unit.ts';

/** Milliseconds over which the rate is measured: long enough to be steady, short enough to follow a change of limits. */
const WINDOW = 60_000;
/** Tasks that are looked at, the last that changed: of a rate above that many a window, they are a shorter one. */
const LOOKED_AT = 20_000;

export interface Rate {
  /** Tasks done a second, and how many ends it was measured by. */
  readonly recent: number;
  readonly ends: number;
}

/** The rate at which tasks of a workflow were done lately, by a run that began at `since` (milliseconds). */
export async function recentRate({ db, now }: ReadUnit, workflowId: number, since: number): Promise<Rate> {
  const rows = await db
    .selectFrom('task')
    .select(['status', 'status_date'])
    .where('workflow_id', '=', workflowId)
    .orderBy('revision', 'desc')
    .limit(LOOKED_AT)
    .execute();
  const isWhole = rows.length < LOOKED_AT;
  const oldest = rows.reduce((least, { status_date }) => Math.min(least, status_date), now);
  const from = Math.max(since, now - WINDOW, isWhole ? 0 : oldest);
  const ends = rows.filter(({ status, status_date }) => status === 'D' && status_date >= from).length;
  return { recent: now > from ? ends / ((now - from) / 1000) : 0, ends };
}

/** Milliseconds since 1970. */
export interface Forecast {
  readonly earliest: number;
  readonly expected: number;
  readonly latest: number;
}

/** Ends from which on a rate says anything. */
const LEAST_ENDS = 5;
/** Of a normal distribution, 8 of 10 values lie within so many deviations. */
const EIGHT_OF_TEN = 1.2816;

/**
 * When `remaining` tasks will be done if they go on to end at the rate of late. Ends are taken as a Poisson process: of n that
 * were counted, the rate is known to about 1/√n, and those that remain vary by their own root. Undefined where too few ended.
 */
export function forecastOf({ recent, ends }: Rate, remaining: number, now: number): Forecast | undefined {
  if (remaining === 0 || ends < LEAST_ENDS || recent === 0) return undefined;
  const seconds = remaining / recent;
  const deviation = EIGHT_OF_TEN * Math.sqrt(1 / ends + 1 / remaining);
  const at = (factor: number) => now + seconds * factor * 1000;
  return { earliest: at(1 / (1 + deviation)), expected: at(1), latest: at(1 + deviation) };
}
