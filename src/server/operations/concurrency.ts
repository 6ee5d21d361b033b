/** How many tasks may be active at once. Source: http-fsm §8.8, §8.14. */
import type { WriteUnit } from '../db/unit.ts';

/** Changes the limit of a workflow; false for an unknown one. */
export async function setWorkflowLimit(unit: WriteUnit, workflowId: number, limit: number): Promise<boolean> {
  const { numUpdatedRows } = await unit.db
    .updateTable('workflow')
    .set({ max_concurrently_running: limit, revision: await unit.revision() })
    .where('id', '=', workflowId)
    .executeTakeFirst();
  unit.changed(`workflow:${workflowId}`);
  return numUpdatedRows > 0n;
}

/** Changes the limit of the array of one template version in a workflow; false where there is none. */
export async function setArrayLimit(
  unit: WriteUnit,
  { workflowId, templateVersionId, limit }: { workflowId: number; templateVersionId: number; limit: number },
): Promise<boolean> {
  const { numUpdatedRows } = await unit.db
    .updateTable('array')
    .set({ max_concurrently_running: limit, revision: await unit.revision() })
    .where('workflow_id', '=', workflowId)
    .where('task_template_version_id', '=', templateVersionId)
    .executeTakeFirst();
  unit.changed(`workflow:${workflowId}`);
  return numUpdatedRows > 0n;
}
