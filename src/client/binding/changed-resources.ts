/** Resources that people gave to tasks of a workflow after its program had asked for others. */
import { capabilitiesOf } from '../../api/capabilities.ts';
import type { Requester } from '../../api/requester.ts';
import { type AnswerOf, routes } from '../../api/routes.ts';
import { isSkepError } from '../../core/errors.ts';
import type { Clusters } from '../resources/cluster.ts';
import { TaskResources } from '../resources/task-resources.ts';
import type { Task } from '../task.ts';
import type { Caller } from './caller.ts';

type Groups = AnswerOf<typeof routes.getChangedResources>['groups'];

interface Adoption {
  readonly workflowId: number;
  readonly tasks: readonly Task[];
  readonly clusters: Clusters;
}

/**
 * Gives bound tasks the resources that people changed them to, as far as their program still asks for what it asked for
 * then: one that was edited since has the last word.
 */
export async function adoptChangedResources(
  caller: Caller,
  requester: Requester,
  { workflowId, tasks, clusters }: Adoption,
): Promise<void> {
  for (const task of tasks) task.adopt(undefined);
  const groups = await askForGroups(caller, requester, workflowId);
  if (groups.length === 0) return;
  const byId = new Map(tasks.map((task) => [task.taskId, task]));
  for (const { original, task_ids: taskIds, ...asked } of groups) {
    const before = await resourcesOf(original, clusters);
    const now = await resourcesOf(asked, clusters);
    for (const id of taskIds) {
      const task = byId.get(id);
      if (task?.originalTaskResources.key === before.key) task.adopt(now);
    }
  }
}

async function askForGroups(caller: Caller, requester: Requester, workflowId: number): Promise<Groups> {
  if ((await capabilitiesOf(requester)) === undefined) return [];
  try {
    return (await caller.call(routes.getChangedResources, { params: { workflow_id: workflowId } })).groups;
  } catch (error) {
    // An older server, on which nobody can have changed any.
    if (isSkepError(error, 'not_found')) return [];
    throw error;
  }
}

async function resourcesOf(asked: Groups[number]['original'], clusters: Clusters): Promise<TaskResources> {
  const cluster = await clusters.get(asked.cluster);
  return new TaskResources(asked.resources, await cluster.getQueue(asked.queue));
}
