import { SkepError } from '../../core/errors.ts';
import type { ReadUnit } from '../db/unit.ts';

/** What is thrown where a workflow is asked for that does not exist. */
export function unknownWorkflow(workflowId: number): SkepError {
  return new SkepError('not_found', `Workflow ${workflowId} does not exist.`);
}

/** @throws SkepError `not_found` */
export async function refuseUnknown({ db }: ReadUnit, workflowId: number): Promise<void> {
  const found = await db.selectFrom('workflow').select('id').where('id', '=', workflowId).executeTakeFirst();
  if (found === undefined) throw unknownWorkflow(workflowId);
}
