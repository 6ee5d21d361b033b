/** What the task instances of a template version used: as statistics, and one by one. Source: http-views §5.5. */

import { type RawBuilder, sql } from 'kysely';
import { numberIn } from '../../db/expressions.ts';
import type { ReadUnit } from '../../db/unit.ts';
import { hasTask, selectInstances, type UsageSelection } from './template-instances.ts';

/** Of the values that say something: all zero without any. */
export interface Sample {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly median: number;
  /** Sum of the squared differences from the mean. */
  readonly squares: number;
}

export interface TemplateUsage {
  /** How many task instances are selected, with values or without. */
  readonly instances: number;
  /** Seconds; null if nothing is selected. */
  readonly runtime: Sample | null;
  /** Bytes; null if no selected instance says anything about its memory. */
  readonly memory: Sample | null;
}

/** Statistics of the selected instances, computed by the database. Null: the version has no task at all. */
export async function templateUsage(unit: ReadUnit, selection: UsageSelection): Promise<TemplateUsage | null> {
  const { rows } = await statistics(unit, selection);
  const [runtime, memory] = rows as [Statistics, Statistics];
  if (runtime.instances > 0) {
    return {
      instances: runtime.instances,
      runtime: readSample(runtime),
      memory: memory.known === 0 ? null : readSample(memory),
    };
  }
  return (await hasTask(unit, selection.versionId)) ? { instances: 0, runtime: null, memory: null } : null;
}

interface Statistics {
  readonly instances: number;
  /** How many instances have a value, 0 included. */
  readonly known: number;
  /** From here on of the values that count. */
  readonly count: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly median: number | null;
  readonly squares: number | null;
}

/** One pass over the instances, then a sort of each column for its median: a window function would take three times as long. */
function statistics({ db }: ReadUnit, selection: UsageSelection) {
  const used = selectInstances(db, selection).select([
    numberIn('instance.wallclock').as('runtime'),
    numberIn('instance.maxrss').as('memory'),
  ]);
  // A negative size counts as 0, and 0 as unknown; a negative time is what a clock that was set back makes.
  const runtimes = sql`(select runtime as value from used where runtime <> 0)`;
  const memories = sql`(select memory as value from used where memory > 0)`;
  return sql<Statistics>`
    with used as materialized ${used},
      runtime as materialized ${summaryOf(runtimes)},
      memory as materialized ${summaryOf(memories)}
    ${statisticsOf('runtime', runtimes)}
    union all
    ${statisticsOf('memory', memories)}`.execute(db);
}

function summaryOf(values: RawBuilder<unknown>) {
  return sql`(select count(*) as count, min(value) as min, max(value) as max, avg(value) as mean from ${values} as sample)`;
}

/** The median is the mean of the two values in the middle, or the one. */
function statisticsOf(name: 'runtime' | 'memory', values: RawBuilder<unknown>) {
  const [summary, column] = [sql.table(name), sql.ref(name)];
  return sql`
    select
      (select count(*) from used) as instances,
      (select count(${column}) from used) as known,
      summary.*,
      (select avg(value) from (
        select value from ${values} as sample order by value
        limit (select 2 - count % 2 from ${summary}) offset (select (count - 1) / 2 from ${summary})
      ) as middle) as median,
      (select sum((value - mean) * (value - mean)) from ${values} as sample) as squares
    from ${summary} as summary`;
}

function readSample({ count, min, max, mean, median, squares }: Statistics): Sample {
  return { count, min: min ?? 0, max: max ?? 0, mean: mean ?? 0, median: median ?? 0, squares: squares ?? 0 };
}
