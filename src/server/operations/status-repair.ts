/** Workflows that are called failed although all is done: their last run died after its last task. Source: http-views §8.1. */
import { idsOf } from '../db/bulk.ts';
import type { WriteUnit } from '../db/database.ts';
import { noteEnd } from '../notify/outbox.ts';

export interface RepairWindow {
  /** Ids above this one, */
  readonly after: number;
  /** and this many of them. */
  readonly size: number;
}

export interface Repair {
  /** Workflows that are done from now on. */
  readonly repaired: readonly number[];
  /** After which id the next window begins; 0 once the newest workflow was looked at. */
  readonly next: number;
}

/** Moves the failed workflows of the window of which every task is done (and there is one) to done; runs stay as they are. */
export async function repairWorkflows(unit: WriteUnit, { after, size }: RepairWindow): Promise<Repair> {
  const ids = await findInconsistent(unit, { after, size });
  if (ids.length > 0) await finish(unit, ids);
  const newest = await unit.db
    .selectFrom('workflow')
    .select(({ fn }) => fn.max('id').as('id'))
    .executeTakeFirst();
  const next = after + size;
  return { repaired: ids, next: next > (newest?.id ?? 0) ? 0 : next };
}

async function findInconsistent({ db }: WriteUnit, { after, size }: RepairWindow): Promise<number[]> {
  const rows = await db
    .selectFrom('workflow')
    .select('id')
    .where('id', '>', after)
    .where('id', '<=', after + size)
    .where('status', '=', 'F')
    // First and last letter: two looks into an index, where asking for any other letter reads the entry of every task.
    .where(
      ({ selectFrom, fn }) =>
        selectFrom('task').select(fn.min('status').as('first')).whereRef('workflow_id', '=', 'workflow.id'),
      '=',
      'D',
    )
    .where(
      ({ selectFrom, fn }) =>
        selectFrom('task').select(fn.max('status').as('last')).whereRef('workflow_id', '=', 'workflow.id'),
      '=',
      'D',
    )
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

async function finish(unit: WriteUnit, ids: readonly number[]): Promise<void> {
  await unit.db
    .updateTable('workflow')
    .set({ status: 'D', status_date: unit.now, revision: await unit.revision() })
    .where('id', 'in', idsOf(ids))
    .where('status', '=', 'F')
    .execute();
  for (const id of ids) {
    await noteEnd(unit, { workflowId: id, before: 'F', after: 'D' });
    unit.changed(`workflow:${id}`);
  }
}
