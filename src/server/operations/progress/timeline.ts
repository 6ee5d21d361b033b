/** When the attempts of a run ran, put into equal parts of time. */
import { sql } from 'kysely';
import { isNumber, numberIn } from '../../db/expressions.ts';
import type { ReadUnit } from '../../db/unit.ts';

export interface Timeline {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
  /** The mean number of attempts that ran in each part. */
  readonly running: number[];
  /** Attempts that ended in each part. */
  readonly done: number[];
  readonly failed: number[];
}

export interface TimelineQuestion {
  readonly workflowRunId: number;
  /** Milliseconds since 1970 at which the run began; and at which it ended, undefined while it goes on. */
  readonly from: number;
  readonly until: number | undefined;
  readonly buckets: number;
}

/** What has a beginning that is known: that of what runs, and of what ended with a run time. */
const STARTED = ['R', 'T', 'D', 'E', 'Z', 'U', 'F', 'K'] as const;
const AT_WORK: readonly string[] = ['R', 'T', 'K'];

export async function timelineOf(unit: ReadUnit, question: TimelineQuestion): Promise<Timeline> {
  const { from, buckets } = question;
  const until = Math.max(question.until ?? unit.now, from + 1);
  const width = (until - from) / buckets;
  const place = (time: number) => Math.min(buckets - 1, Math.max(0, Math.floor((time - from) / width)));
  const [done, failed] = [new Array<number>(buckets).fill(0), new Array<number>(buckets).fill(0)];
  /** Milliseconds that were run within each part by what began or ended there, and the change of how many run all through. */
  const [partly, throughout] = [new Array<number>(buckets).fill(0), new Array<number>(buckets + 1).fill(0)];
  for (const { status, begun, ended, count } of await groupedAttempts(unit, question, width)) {
    const isAtWork = AT_WORK.includes(status);
    const end = isAtWork ? until : ended;
    const [first, last] = [place(begun), place(end)];
    if (!isAtWork) add(status === 'D' ? done : failed, last, count);
    const within = (part: number) => {
      const [start, stop] = [from + part * width, from + (part + 1) * width];
      return count * Math.max(0, Math.min(end, stop) - Math.max(begun, start));
    };
    add(partly, first, within(first));
    if (last === first) continue;
    add(partly, last, within(last));
    add(throughout, first + 1, count);
    add(throughout, last, -count);
  }
  let through = 0;
  const running = partly.map((time, part) => {
    through += throughout[part] ?? 0;
    return through + time / width;
  });
  return { from, until, running, done, failed };
}

function add(parts: number[], place: number, amount: number): void {
  parts[place] = (parts[place] ?? 0) + amount;
}

/** Attempts that began in one part of time and ended in one, together: their times are the means. */
async function groupedAttempts({ db }: ReadUnit, { workflowRunId, from }: TimelineQuestion, width: number) {
  const partOf = (time: string) => sql`floor((${sql.ref(time)} - ${from}) / cast(${width} as double precision))`;
  const begun = sql<number>`(status_date - coalesce(${numberIn('wallclock')}, 0) * 1000)`;
  const rows = await db
    .selectFrom((query) =>
      query
        .selectFrom('task_instance')
        .select(['status', 'status_date as ended', begun.as('begun')])
        .where('workflow_run_id', '=', workflowRunId)
        .where('status', 'in', [...STARTED])
        .where(isNumber('wallclock', { withReals: true }))
        .as('attempt'),
    )
    .select(({ fn, ref }) => [
      'status',
      sql<number>`avg(${ref('begun')})`.as('begun'),
      sql<number>`avg(${ref('ended')})`.as('ended'),
      fn.countAll<number>().as('count'),
    ])
    .groupBy(['status', partOf('begun'), partOf('ended')])
    .execute();
  return rows.map((row) => ({ ...row, begun: Number(row.begun), ended: Number(row.ended), count: Number(row.count) }));
}
