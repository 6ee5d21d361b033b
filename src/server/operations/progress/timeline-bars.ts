/** The attempts of a run from their beginning to their end, in a part of its time: of any number, some thousands are read. */
import { sql } from 'kysely';
import type { TaskInstanceStatus } from '../../../core/status.ts';
import { idsOf, rowsOf } from '../../db/bulk.ts';
import type { ReadUnit } from '../../db/unit.ts';
import { changesFrom, pointsBetween, type RunTime, revisionAt } from './changes-in-time.ts';
import { numberOf } from './usage.ts';

export interface Bar {
  readonly id: number;
  readonly taskId: number;
  readonly arrayId: number;
  readonly name: string;
  readonly status: TaskInstanceStatus;
  /** From 1: which attempt of its task it is. */
  readonly attempt: number;
  /** Milliseconds since 1970; null: it has not ended. */
  readonly started: number;
  readonly ended: number | null;
}

export interface BarsQuestion extends RunTime {
  /** The part of time: bars that lie in it at least partly. */
  readonly from: number;
  readonly until: number;
  readonly limit: number;
}

export interface Bars {
  readonly bars: Bar[];
  /** `all` of the part; the `longest`; or a `sample` that is spread over the ends, of more than could be looked at. */
  readonly chosen: 'all' | 'longest' | 'sample';
  /** How many there are in the part; null: very many. */
  readonly total: number | null;
}

/** Ends that are read one by one; of more a sample is taken. Together with their names they take some tens of milliseconds. */
const LOOKED_AT = 8000;
const AT_WORK: readonly TaskInstanceStatus[] = ['R', 'T', 'K'];
/** What ended after it had begun, as far as anybody knows. */
const ENDED: readonly TaskInstanceStatus[] = ['D', 'E', 'Z', 'U', 'F'];

export async function timelineBars(unit: ReadUnit, question: BarsQuestion): Promise<Bars> {
  const { until, limit } = question;
  const atWork = await attemptsAtWork(unit, question);
  const first = await revisionAt(unit, question, question.from);
  const { spans, isWhole } = await endsSince(unit, question, first);
  const found = [...atWork, ...spans.filter(({ started }) => started < until)];
  if (isWhole) {
    const isAll = found.length <= limit;
    const shown = isAll ? found : longest(found, limit, unit.now);
    return { bars: await barsOf(unit, shown), chosen: isAll ? 'all' : 'longest', total: found.length };
  }
  const sample = await sampledEnds(unit, question, first, await revisionAt(unit, question, until));
  const shown = [...longest(atWork, limit / 2, unit.now), ...sample].slice(0, limit);
  return { bars: await barsOf(unit, shown), chosen: 'sample', total: null };
}

interface Span {
  readonly id: number;
  readonly started: number;
  readonly ended: number | null;
}

/** Those that began first come first: where there are very many, they are the longest. */
async function attemptsAtWork({ db }: ReadUnit, question: BarsQuestion): Promise<Span[]> {
  const rows = await db
    .selectFrom('task_instance')
    .select(['id', 'status', 'status_date', 'wallclock'])
    .where('workflow_run_id', '=', question.workflowRunId)
    // Written out, so that PostgreSQL knows how few have one of them: else it may read all rows of the run.
    .where('status', 'in', sql<TaskInstanceStatus>`(${sql.join(AT_WORK.map((status) => sql.lit(status)))})`)
    .where('status_date', '<', question.until)
    .orderBy('status_date')
    .limit(LOOKED_AT)
    .execute();
  return rows.map((row) => ({ ...spanOf(row, question), ended: null }));
}

/**
 * Attempts that ended at the revision or later, as many as are looked at. Whole: beyond them nothing ended in the part. A long one
 * that began in it and ended after very many others may be missing.
 */
async function endsSince(
  { db }: ReadUnit,
  question: BarsQuestion,
  revision: number,
): Promise<{ spans: Span[]; isWhole: boolean }> {
  // Of all statuses, and sorted out here, so that no more rows are read than that.
  const rows = await db
    .selectFrom('task_instance')
    .select(['id', 'status', 'status_date', 'wallclock'])
    .where('workflow_run_id', '=', question.workflowRunId)
    .where('revision', '>=', revision)
    .orderBy('revision')
    .limit(LOOKED_AT)
    .execute();
  const last = rows.at(-1)?.status_date ?? 0;
  return { spans: endedAmong(rows, question), isWhole: rows.length < LOOKED_AT || last >= question.until };
}

/**
 * Places behind a revision whose rows are taken: one transaction ends up to some thousand attempts, all with one
 * revision, and of such a crowd one bar would be too few.
 */
const PLACES = [0, 3, 11, 31];

/** Ends of the part, one or a few at each of many revisions that are equally far apart. */
async function sampledEnds({ db }: ReadUnit, question: BarsQuestion, first: number, last: number): Promise<Span[]> {
  const points = pointsBetween(first, last, Math.ceil(question.limit / PLACES.length));
  const found = await db
    .selectFrom(rowsOf(points, { revision: 'integer' }).as('point'))
    .select((point) => PLACES.map((place) => changesFrom(point, question).select('id').offset(place).as(`at_${place}`)))
    .execute();
  const ids = found.flatMap((row) => Object.values<number | null>(row)).filter((id) => id !== null);
  const rows = await db
    .selectFrom('task_instance')
    .select(['id', 'status', 'status_date', 'wallclock'])
    .where('id', 'in', idsOf(new Set(ids)))
    .execute();
  return endedAmong(rows, question).filter(({ started }) => started < question.until);
}

interface Row {
  readonly id: number;
  readonly status: TaskInstanceStatus;
  readonly status_date: number;
  readonly wallclock: string | null;
}

function endedAmong(rows: readonly Row[], question: BarsQuestion): Span[] {
  return rows
    .filter(({ status }) => ENDED.includes(status))
    .map((row) => ({ ...spanOf(row, question), ended: row.status_date }));
}

function spanOf({ id, status_date: changed, wallclock }: Row, { runStarted }: BarsQuestion) {
  return { id, started: Math.max(runStarted, changed - (numberOf(wallclock) ?? 0) * 1000) };
}

function longest(spans: readonly Span[], number: number, now: number): Span[] {
  const length = ({ started, ended }: Span) => (ended ?? now) - started;
  return spans.toSorted((one, other) => length(other) - length(one)).slice(0, number);
}

/** With what is shown of each, in the order of their ids. */
async function barsOf({ db }: ReadUnit, spans: readonly Span[]): Promise<Bar[]> {
  const byId = new Map(spans.map((span) => [span.id, span]));
  const rows = await db
    .selectFrom('task_instance as instance')
    .innerJoin('task', 'task.id', 'instance.task_id')
    .select([
      'instance.id',
      'instance.task_id as taskId',
      'instance.array_id as arrayId',
      'instance.status',
      'task.name',
    ])
    .select(({ selectFrom }) =>
      selectFrom('task_instance as earlier')
        .select(({ fn }) => fn.countAll<number>().as('attempts'))
        .whereRef('earlier.task_id', '=', 'instance.task_id')
        .whereRef('earlier.id', '<=', 'instance.id')
        .as('attempt'),
    )
    .where('instance.id', 'in', idsOf(byId.keys()))
    .orderBy('instance.id')
    .execute();
  return rows.map(({ attempt, ...row }) => {
    const { started, ended } = byId.get(row.id) as Span;
    return { ...row, attempt: Number(attempt), started, ended };
  });
}
