/** The tasks of a workflow as a server knows them, found for the tasks of the same workflow as it was read. */
import type { Requester } from '../../api/requester.ts';
import type { AnswerOf } from '../../api/route.ts';
import { routes } from '../../api/routes.ts';
import type { Task } from '../../client/task.ts';

export type KnownTask = AnswerOf<typeof routes.getTaskTable>['tasks'][number];

/** Tasks of one request. */
const PAGE = 5000;

/** The known task of each that the server knows. Without all of them when a client died while it bound them. */
export async function findKnownTasks(
  requester: Requester,
  workflowId: number,
  tasks: readonly Task[],
): Promise<Map<Task, KnownTask>> {
  const found = new Map<Task, KnownTask>();
  for (const [templateName, members] of Map.groupBy(tasks, ({ template }) => template.templateName)) {
    for (const [task, known] of pairsOf(members, await readTasks(requester, workflowId, templateName))) {
      found.set(task, known);
    }
  }
  return found;
}

async function readTasks(requester: Requester, workflowId: number, templateName: string): Promise<KnownTask[]> {
  const all: KnownTask[] = [];
  for (;;) {
    const { tasks } = await requester.call(routes.getTaskTable, {
      params: { workflow_id: workflowId },
      query: { tt_name: templateName, limit: PAGE, after_task_id: all.at(-1)?.task_id ?? 0 },
    });
    all.push(...tasks);
    if (tasks.length < PAGE) return all;
  }
}

/**
 * Which is which. A name is made of what tells the tasks of a template apart, unless somebody gives names; of tasks that share
 * one, and of those that were named anew, the command tells, and at last their order.
 */
export function pairsOf<Ours extends Pick<Task, 'name' | 'command'>>(
  tasks: readonly Ours[],
  known: readonly KnownTask[],
): Map<Ours, KnownTask> {
  const pairs = new Map<Ours, KnownTask>();
  const ways: readonly [(task: Ours) => string, (known: KnownTask) => string][] = [
    [
      ({ name, command }) => JSON.stringify([name, command]),
      (one) => JSON.stringify([one.task_name, one.task_command]),
    ],
    [({ name }) => name, ({ task_name: name }) => name],
    [({ command }) => command, ({ task_command: command }) => command],
    [() => '', () => ''],
  ];
  let left = known;
  for (const [keyOf, keyOfKnown] of ways) {
    if (left.length === 0) break;
    const waiting = Map.groupBy(left, keyOfKnown);
    const next = new Map<string, number>();
    for (const task of tasks) {
      if (pairs.has(task)) continue;
      const key = keyOf(task);
      const at = next.get(key) ?? 0;
      const one = waiting.get(key)?.[at];
      if (one === undefined) continue;
      pairs.set(task, one);
      next.set(key, at + 1);
    }
    const taken = new Set(pairs.values());
    left = left.filter((one) => !taken.has(one));
  }
  return pairs;
}
