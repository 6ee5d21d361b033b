/**
 * Attempts of a run by the time of their last change. The revision of an attempt grows with that time, so the index of revisions
 * finds it without a pass over all rows.
 */
import type { ExpressionBuilder } from 'kysely';
import { rowsOf } from '../../db/bulk.ts';
import type { Schema } from '../../db/schema.ts';
import type { ReadUnit } from '../../db/unit.ts';

export interface RunTime {
  readonly workflowRunId: number;
  /** Milliseconds since 1970 at which the run began: no attempt of it is older, whatever its worker says. */
  readonly runStarted: number;
}

/** Revisions that are looked at together, to find one in a few statements. */
const PROBES = 32;

/** The lowest revision at which an attempt of the run changed at the time or later; 0 for the time of its beginning. */
export async function revisionAt({ db }: ReadUnit, question: RunTime, time: number): Promise<number> {
  if (time <= question.runStarted) return 0;
  const newest = await db
    .selectFrom('task_instance')
    .select(({ fn }) => fn.max('revision').as('revision'))
    .where('workflow_run_id', '=', question.workflowRunId)
    .executeTakeFirst();
  let [low, high] = [0, (newest?.revision ?? 0) + 1];
  while (low < high) {
    const probes = await db
      .selectFrom(rowsOf(pointsBetween(low, high, PROBES), { revision: 'integer' }).as('point'))
      .select((point) => ['point.revision', changesFrom(point, question).select('status_date').as('changed')])
      .orderBy('point.revision')
      .execute();
    const isBefore = ({ changed }: { changed: number | null }) => changed !== null && changed < time;
    low = (probes.findLast(isBefore)?.revision ?? low - 1) + 1;
    high = probes.find((probe) => !isBefore(probe))?.revision ?? high;
  }
  return low;
}

/** At most `number` whole numbers from `first` on and below `last`, equally far apart. */
export function pointsBetween(first: number, last: number, number: number): { revision: number }[] {
  const some = Math.min(number, last - first);
  return Array.from({ length: some }, (_, at) => ({ revision: first + Math.floor(((last - first) * at) / some) }));
}

/** The first change of an attempt of the run at the revision of a point or later. */
export function changesFrom({ selectFrom }: PointBuilder, { workflowRunId }: RunTime) {
  return selectFrom('task_instance')
    .where('task_instance.workflow_run_id', '=', workflowRunId)
    .whereRef('task_instance.revision', '>=', 'point.revision')
    .orderBy('task_instance.revision')
    .limit(1);
}

type PointBuilder = ExpressionBuilder<Schema & { point: { revision: number } }, 'point'>;
