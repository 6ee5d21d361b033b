/** What people ask about the place of tasks in their dag. Source: http-views §3.3, §3.5, §3.6. */
import { SkepError } from '../../../core/errors.ts';
import type { ReadUnit } from '../../db/unit.ts';
import { type Direction, reachedFrom, selectNeighbours, soleWorkflowOf, type WalkedTask } from '../dag-walk.ts';

export interface SubDag {
  readonly workflowId: number;
  readonly tasks: readonly WalkedTask[];
}

/**
 * Tasks and everything downstream of them, of which `letters` (if there are any) leaves those in one of these statuses;
 * undefined if no task has one of the ids.
 * @throws SkepError `invalid_usage` if no ids are given, or if they are of several workflows.
 */
export async function subDag(
  unit: ReadUnit,
  taskIds: readonly number[],
  letters: readonly string[],
): Promise<SubDag | undefined> {
  if (taskIds.length === 0) throw new SkepError('invalid_usage', 'task_ids is empty: name at least one task.');
  const workflow = await soleWorkflowOf(unit, taskIds, 'There is no sub-dag');
  if (workflow === undefined) return undefined;
  const reached = await reachedFrom(unit, { workflowId: workflow.id, taskIds, direction: 'downstream' });
  const tasks = letters.length === 0 ? reached : reached.filter(({ status }) => letters.includes(status));
  return { workflowId: workflow.id, tasks };
}

/**
 * Ids of tasks and of everything upstream or downstream of them.
 * @throws SkepError `invalid_usage` if no task has one of the ids, or if they are of several workflows.
 */
export async function tasksRecursive(
  unit: ReadUnit,
  taskIds: readonly number[],
  direction: Direction,
): Promise<number[]> {
  const workflow = await soleWorkflowOf(unit, taskIds, 'The dag cannot be followed');
  if (workflow === undefined) throw new SkepError('invalid_usage', 'task_ids names no task that exists.');
  const reached = await reachedFrom(unit, { workflowId: workflow.id, taskIds, direction });
  return reached.map(({ id }) => id);
}

/** The tasks one edge up and one edge down of a task; none of an unknown one. */
export async function taskDependencies(
  unit: ReadUnit,
  taskId: number,
): Promise<{ up: readonly WalkedTask[]; down: readonly WalkedTask[] }> {
  const neighbours = (direction: Direction) =>
    selectNeighbours(unit, direction).where('task.id', '=', taskId).execute();
  return { up: await neighbours('upstream'), down: await neighbours('downstream') };
}
