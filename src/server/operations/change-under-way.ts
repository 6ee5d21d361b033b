import type { ReadUnit } from '../db/unit.ts';

/** The change that a server is carrying out at this moment, part by part, among the tasks of a workflow. */
export async function changeUnderWay({ db, now }: ReadUnit, workflowId: number): Promise<number | undefined> {
  const change = await db
    .selectFrom('skep_change')
    .select('id')
    .where('workflow_id', '=', workflowId)
    .where('busy_until', '>', now)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return change?.id;
}
