/** Arrays: the tasks of one template in one workflow. Source: client §6, §11.2. */
import { routes } from '../api/routes.ts';
import { SkepError } from '../core/errors.ts';
import { textOf } from '../core/python-text.ts';
import { NO_CONCURRENCY_LIMIT } from '../core/status.ts';
import { type ArgumentValues, valuesOf } from './arguments.ts';
import { copyOf, DEFAULT_CLUSTER, type ResourceValues, type ScaleValues } from './defaults.ts';
import { checkName, defaultArrayName } from './names.ts';
import type { Task } from './task.ts';
import type { ResourcesCallable } from './task-options.ts';
import type { TaskTemplate } from './task-template.ts';
import type { Workflow } from './workflow.ts';

/** What the tasks of an array share. */
export interface ArrayOptions {
  /** Default: the template's name. */
  readonly name?: string | undefined;
  readonly clusterName?: string | undefined;
  readonly computeResources?: ResourceValues | undefined;
  readonly computeResourcesCallable?: ResourcesCallable | undefined;
  readonly resourceScales?: ScaleValues | undefined;
  /** How many of its tasks may be active at once. Default: no limit. */
  readonly maxConcurrentlyRunning?: number | undefined;
}

/** The tasks of one template in one workflow, with what they share. */
export class TaskArray {
  readonly template: TaskTemplate;
  readonly name: string;
  /** Resources between those of the template and those of each task. */
  readonly computeResources: ResourceValues;
  /** Scales between those of the template and those of each task. */
  readonly resourceScales: ScaleValues;
  readonly computeResourcesCallable: ResourcesCallable | undefined;
  readonly #clusterName: string | undefined;
  readonly #tasks: Task[] = [];
  #maxConcurrentlyRunning: number;
  #workflow: Workflow | undefined;
  #arrayId: number | undefined;

  constructor(template: TaskTemplate, options: ArrayOptions = {}) {
    this.template = template;
    this.name = options.name ? checkName('array', options.name) : defaultArrayName(template.templateName);
    this.computeResources = copyOf(options.computeResources ?? {});
    this.resourceScales = copyOf(options.resourceScales ?? {});
    this.computeResourcesCallable = options.computeResourcesCallable;
    this.#clusterName = options.clusterName || template.defaultClusterName;
    this.#maxConcurrentlyRunning = checkLimit(options.maxConcurrentlyRunning ?? NO_CONCURRENCY_LIMIT, this.name);
  }

  get tasks(): readonly Task[] {
    return this.#tasks;
  }

  /** The workflow that its tasks were added to. */
  get workflow(): Workflow | undefined {
    return this.#workflow;
  }

  /** Named when it was made, else by its template, else by its workflow, else {@link DEFAULT_CLUSTER}. */
  get clusterName(): string {
    return this.#clusterName ?? this.#workflow?.defaultClusterName ?? DEFAULT_CLUSTER;
  }

  get maxConcurrentlyRunning(): number {
    return this.#maxConcurrentlyRunning;
  }

  /** The server's id. @throws SkepError not_bound before the tasks were bound. */
  get arrayId(): number {
    if (this.#arrayId !== undefined) return this.#arrayId;
    throw new SkepError('not_bound', `Array ${this.name} has no id before its tasks are bound.`);
  }

  /**
   * Changes how many of its tasks may be active at once: 0 pauses them. The promise has to be awaited only when its tasks
   * are bound: then the server is told, and a run that is under way takes notice.
   * @throws SkepError argument_invalid at once
   */
  setMaxConcurrentlyRunning(limit: number): Promise<void> {
    this.#maxConcurrentlyRunning = checkLimit(limit, this.name);
    return this.#arrayId === undefined ? Promise.resolve() : this.#sendLimit();
  }

  /**
   * Its tasks whose node arguments have the given values; a list allows each of its values, a string is one value.
   * @throws SkepError argument_invalid for what is no node argument of the template.
   */
  getTasksByNodeArgs(nodeArgs: ArgumentValues = {}): Task[] {
    const conditions = Object.entries(nodeArgs).map(([name, value]) => {
      const index = this.template.nodeArgs.indexOf(name);
      if (index < 0) {
        throw new SkepError('argument_invalid', `Template ${this.template.templateName} has no node argument ${name}.`);
      }
      return { index, texts: new Set(valuesOf(value).map(textOf)) };
    });
    return this.#tasks.filter(({ node }) =>
      conditions.every(({ index, texts }) => texts.has(node.argumentTexts[index] as string)),
    );
  }

  /** Called by the template and the workflow for each task that belongs here. */
  add(task: Task): void {
    this.#tasks.push(task);
    task.joinArray(this);
  }

  /** Called by the workflow that its tasks are added to. */
  joinWorkflow(workflow: Workflow): void {
    this.#workflow = workflow;
  }

  /** Called by the binding with the server's id. */
  bind(arrayId: number): void {
    this.#arrayId = arrayId;
  }

  async #sendLimit(): Promise<void> {
    const { requester, workflowId } = this.#workflow as Workflow;
    await requester?.call(routes.setWorkflowArrayConcurrency, {
      params: { workflow_id: workflowId },
      body: { max_tasks: this.#maxConcurrentlyRunning, task_template_version_id: this.template.versionId },
    });
  }
}

/** @throws SkepError argument_invalid unless `limit` is a whole number of at least 0 (which pauses). */
export function checkLimit(limit: number, owner: string): number {
  if (Number.isSafeInteger(limit) && limit >= 0) return Math.min(limit, NO_CONCURRENCY_LIMIT);
  throw new SkepError('argument_invalid', `maxConcurrentlyRunning of ${owner} is ${limit}: it must be 0 or more.`);
}
