/** How fast tasks come to their end. */
import type { ReadUnit } from '../../db/unit.ts';

/** Milliseconds over which the rate is measured: long enough to be steady, short enough to follow a change of limits. */
const WINDOW = 60_000;
/** Tasks that are looked at, the last that changed: of a rate above that many a window, they are a shorter one. */
const LOOKED_AT = 20_000;

/** Tasks of a workflow that were done lately, a second, by a run that began at `since` (milliseconds). */
export async function recentRate({ db, now }: ReadUnit, workflowId: number, since: number): Promise<number> {
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
  return now > from ? ends / ((now - from) / 1000) : 0;
}
