/** How many tasks may be active at once. Source: http-fsm §8.8, §8.14. */
import type { ExpressionBuilder } from 'kysely';
import type { Schema } from '../db/schema.ts';
import type { WriteUnit } from '../db/unit.ts';

/**
 * Changes the limit of a workflow, or what it will be when a paused one continues. Undefined for an unknown one; else
 * whether it is paused.
 */
export async function setWorkflowLimit(
  unit: WriteUnit,
  workflowId: number,
  limit: number,
): Promise<{ readonly isPaused: boolean } | undefined> {
  const changed = await unit.db
    .updateTable('workflow')
    .set((workflow) => limitSetTo(workflow, limit))
    .set({ revision: await unit.revision() })
    .where('id', '=', workflowId)
    .returning('limit_before_pause')
    .executeTakeFirst();
  unit.changed(`workflow:${workflowId}`);
  return changed && { isPaused: changed.limit_before_pause !== null };
}

/**
 * What an update of a workflow sets for a new limit: a pause lasts until it is ended, so the limit of a paused one waits.
 * Another pause by the limit 0 is none to go back to.
 */
export function limitSetTo({ eb, val }: ExpressionBuilder<Schema, 'workflow'>, limit: number) {
  const isPaused = eb('limit_before_pause', 'is not', null);
  return {
    max_concurrently_running: eb.case().when(isPaused).then(0).else(val(limit)).end(),
    limit_before_pause: eb
      .case()
      .when(isPaused.and(val(limit), '!=', 0))
      .then(val(limit))
      .else(eb.ref('limit_before_pause'))
      .end(),
  };
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
