/** The tasks of one workflow: each once, in the order in which they came, and in arrays. Source: client §11.2, §11.3. */
import { SkepError } from '../core/errors.ts';
import { TaskArray } from './array.ts';
import type { Task } from './task.ts';
import type { Workflow } from './workflow.ts';

export class TaskRegistry {
  readonly #tasks: Task[] = [];
  readonly #arrays = new Map<string, TaskArray>();
  /** Template identity → key of the node → task: what will be one node on the server is found before it is there. */
  readonly #tasksByNode = new Map<string, Map<string, Task>>();

  /** A list that grows with the registry. */
  get tasks(): readonly Task[] {
    return this.#tasks;
  }

  /** Template name → the array of its tasks. */
  get arrays(): ReadonlyMap<string, TaskArray> {
    return this.#arrays;
  }

  /** @throws SkepError invalid_usage naming the template. */
  arrayOf(templateName: string): TaskArray {
    const array = this.#arrays.get(templateName);
    if (array !== undefined) return array;
    throw new SkepError('invalid_usage', `The workflow has no tasks of a template ${templateName}.`);
  }

  /**
   * Adds a task to the workflow that has this registry.
   * @throws SkepError task_duplicate, node_duplicate or invalid_usage, after which nothing has changed.
   */
  add(task: Task, workflow: Workflow): void {
    if (task.workflow) throw new SkepError('task_duplicate', `Task ${task.name} is in a workflow already.`);
    const { templateName, identity } = task.template;
    const array = this.#arrays.get(templateName);
    if (array && task.hasArray && task.array !== array) {
      throw new SkepError(
        'invalid_usage',
        `Task ${task.name} is in an array of its own, but the workflow has another of template ${templateName}.`,
      );
    }
    const siblings = this.#tasksByNode.get(identity) ?? new Map<string, Task>();
    const { key } = task.node;
    const twin = siblings.get(key);
    if (twin) throw duplicate(task, twin);
    this.#tasksByNode.set(identity, siblings.set(key, task));
    if (array === undefined) this.#addArray(task, workflow);
    else if (!task.hasArray) array.add(task);
    task.joinWorkflow(this.#tasks.length);
    this.#tasks.push(task);
  }

  /** Gives up what only {@link add} needs, a tenth of what the tasks take: none is added once they are bound. */
  close(): void {
    this.#tasksByNode.clear();
  }

  /** The array that the task was made in, or one that begins with it. */
  #addArray(task: Task, workflow: Workflow): void {
    const { template, ownClusterName: clusterName } = task;
    if (!task.hasArray) new TaskArray(template, { clusterName }).add(task);
    task.array.joinWorkflow(workflow);
    this.#arrays.set(template.templateName, task.array);
  }
}

function duplicate(task: Task, twin: Task): SkepError {
  const place = `${task.template.templateName} with ${JSON.stringify(task.node.args)}`;
  const isSame = task.taskArgumentTexts.every((text, index) => text === twin.taskArgumentTexts[index]);
  if (isSame) {
    return new SkepError('task_duplicate', `Task ${task.name} equals task ${twin.name}: both are ${place}.`);
  }
  return new SkepError(
    'node_duplicate',
    `Tasks ${task.name} and ${twin.name} have the same node arguments: both are ${place}.`,
  );
}
