import type { ReadUnit } from '../db/unit.ts';

const TABLES = ['workflow', 'workflow_run', 'task', 'task_instance'] as const;

/** Rows of a table by status letter; statuses without rows are absent. */
export type StatusCounts = Readonly<Record<(typeof TABLES)[number], ReadonlyMap<string, number>>>;

/** Counts everything that has a status. Each is one pass over an index, a tenth of a second for a million rows. */
export async function countByStatus({ db }: ReadUnit): Promise<StatusCounts> {
  const counts: Partial<Record<keyof StatusCounts, ReadonlyMap<string, number>>> = {};
  for (const table of TABLES) {
    const rows = await db
      .selectFrom(table)
      .select(({ fn }) => ['status', fn.countAll<number | string>().as('count')])
      .groupBy('status')
      .execute();
    counts[table] = new Map(rows.map(({ status, count }) => [status as string, Number(count)]));
  }
  return counts as StatusCounts;
}
