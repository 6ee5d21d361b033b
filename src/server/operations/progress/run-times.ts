import type { ReadUnit } from '../../db/unit.ts';
import { numberOf } from './usage.ts';

/** Attempts of an array that are looked at, the newest: enough for a percentile, and no matter how many there are. */
const LOOKED_AT = 400;

/** Seconds. */
export interface RunTime {
  readonly median: number;
  readonly p95: number;
}

/** What the newest attempts of an array took that were done; undefined: none was. */
export async function runTimesOf({ db }: ReadUnit, arrayId: number): Promise<RunTime | undefined> {
  const rows = await db
    .selectFrom('task_instance')
    .select(['status', 'wallclock'])
    .where('array_id', '=', arrayId)
    .orderBy('array_batch_num', 'desc')
    .orderBy('array_step_id', 'desc')
    .limit(LOOKED_AT)
    .execute();
  const seconds = rows
    .flatMap(({ status, wallclock }) => (status === 'D' ? (numberOf(wallclock) ?? []) : []))
    .sort((one, other) => one - other);
  const at = (share: number) => seconds[Math.floor(share * (seconds.length - 1))];
  const [median, p95] = [at(0.5), at(0.95)];
  return median === undefined || p95 === undefined ? undefined : { median, p95 };
}
