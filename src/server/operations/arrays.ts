/** Arrays: the tasks of one template version in one workflow. Source: http-fsm §10.1, §10.6. */
import { SkepError } from '../../core/errors.ts';
import type { ReadUnit, WriteUnit } from '../db/unit.ts';

export interface ArrayRequest {
  readonly workflowId: number;
  readonly templateVersionId: number;
  readonly maxConcurrentlyRunning: number;
  readonly name: string | undefined;
}

/**
 * Finds or creates an array; the limit of one that exists is overwritten, its name is not.
 * @throws SkepError `invalid_usage` when an array has to be created without a name.
 */
export async function addArray(unit: WriteUnit, request: ArrayRequest): Promise<number> {
  const { workflowId, templateVersionId, maxConcurrentlyRunning, name } = request;
  const found = await unit.db
    .updateTable('array')
    .set({ max_concurrently_running: maxConcurrentlyRunning, revision: await unit.revision() })
    .where('workflow_id', '=', workflowId)
    .where('task_template_version_id', '=', templateVersionId)
    .returning('id')
    .executeTakeFirst();
  unit.changed(`workflow:${workflowId}`);
  if (found !== undefined) return found.id;
  if (name === undefined) throw new SkepError('invalid_usage', 'Field name is needed to create an array.');
  const added = await unit.db
    .insertInto('array')
    .values({
      name,
      workflow_id: workflowId,
      task_template_version_id: templateVersionId,
      max_concurrently_running: maxConcurrentlyRunning,
      created_date: unit.now,
      revision: await unit.revision(),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return added.id;
}

/** @throws SkepError `not_found` for an unknown array. */
export async function arrayConcurrency(unit: ReadUnit, arrayId: number): Promise<number> {
  const row = await unit.db
    .selectFrom('array')
    .select('max_concurrently_running')
    .where('id', '=', arrayId)
    .executeTakeFirst();
  if (row === undefined) throw new SkepError('not_found', `Array ${arrayId} does not exist.`);
  return row.max_concurrently_running;
}

/** @throws SkepError `not_found` when the workflow has no array of the template version. */
export async function templateConcurrency(
  unit: ReadUnit,
  workflowId: number,
  templateVersionId: number,
): Promise<number> {
  const row = await unit.db
    .selectFrom('array')
    .select('max_concurrently_running')
    .where('workflow_id', '=', workflowId)
    .where('task_template_version_id', '=', templateVersionId)
    .executeTakeFirst();
  if (row !== undefined) return row.max_concurrently_running;
  const sentence = `Workflow ${workflowId} has no array of task template version ${templateVersionId}.`;
  throw new SkepError('not_found', sentence);
}
