/** Workflows: tasks with their dependencies, described without a server, then bound and run. Source: client §11, §12. */
import type { Requester } from '../api/requester.ts';
import { routes } from '../api/routes.ts';
import { SkepError } from '../core/errors.ts';
import { silentLog } from '../core/log.ts';
import { type Random, systemRandom } from '../core/random.ts';
import { NO_CONCURRENCY_LIMIT } from '../core/status.ts';
import type { ArgumentValues } from './arguments.ts';
import { checkLimit, type TaskArray } from './array.ts';
import { type Attributes, type AttributesInput, attributesOf } from './attributes.ts';
import { stoppable, unlessStopped } from './binding/caller.ts';
import { bindTasks } from './binding/tasks.ts';
import { type BindOptions, bindWorkflow, checkWorkflow, type WorkflowBinding } from './binding/workflow.ts';
import { Dag } from './dag.ts';
import { DEFAULT_CLUSTER, type DefaultOptions, Defaults } from './defaults.ts';
import { checkName } from './names.ts';
import { readErrorsOfTasks, type TaskErrors } from './queries/task-results.ts';
import { Clusters } from './resources/cluster.ts';
import { inPhase } from './run/run-trace.ts';
import { checkMayRun, type RunOptions, runBoundWorkflow, type WorkflowResult } from './run/run-workflow.ts';
import type { BoundWorkflow } from './swarm/source.ts';
import type { Task } from './task.ts';
import { TaskRegistry } from './task-registry.ts';
import type { Tool } from './tool.ts';

/** Name, identity and limits of a workflow, and defaults of its tasks. */
export interface WorkflowOptions extends DefaultOptions {
  /** Text that tells this workflow from others of the same tool; the same text and tasks are the same workflow. Default: random. */
  readonly workflowArgs?: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly workflowAttributes?: AttributesInput | undefined;
  /** How many tasks may be active at once. Default: no limit. */
  readonly maxConcurrentlyRunning?: number | undefined;
  /** Tasks or nodes in one request while binding. Default: by how fast the server answers, at most 2,000. */
  readonly chunkSize?: number | undefined;
  readonly random?: Random | undefined;
}

/** Which errors of a workflow to fetch, at most how many. */
export interface ErrorsOptions {
  /** How many tasks with errors are wanted. Default 1000. */
  readonly limit?: number;
  /** Asks about every task. Default: false. */
  readonly all?: boolean;
}

/** A set of tasks with dependencies. Made by {@link Tool.createWorkflow}. */
export class Workflow extends Defaults implements BoundWorkflow {
  readonly tool: Tool;
  readonly workflowArgs: string;
  readonly name: string;
  readonly description: string;
  readonly chunkSize: number | undefined;
  readonly dag: Dag;
  readonly #registry = new TaskRegistry();
  #attributes: Attributes;
  #maxConcurrentlyRunning: number;
  #binding: WorkflowBinding | undefined;
  #hasBoundTasks = false;
  #lastWorkflowRunId: number | undefined;

  constructor(tool: Tool, options: WorkflowOptions = {}) {
    super();
    this.tool = tool;
    this.workflowArgs = options.workflowArgs || (options.random ?? systemRandom).uuid();
    this.name = options.name ? checkName('workflow', options.name) : '';
    this.description = options.description ?? '';
    this.#attributes = attributesOf(options.workflowAttributes, 'the workflow') ?? {};
    this.chunkSize = options.chunkSize;
    this.#maxConcurrentlyRunning = checkLimit(options.maxConcurrentlyRunning ?? NO_CONCURRENCY_LIMIT, 'the workflow');
    this.dag = new Dag(this.tasks);
    this.applyDefaults({
      defaultClusterName: options.defaultClusterName || tool.defaultClusterName,
      defaultComputeResourcesSet: options.defaultComputeResourcesSet ?? tool.defaultComputeResourcesSet,
      defaultResourceScalesSet: options.defaultResourceScalesSet ?? tool.defaultResourceScalesSet,
      defaultMaxAttempts: options.defaultMaxAttempts,
    });
  }

  /** In the order in which they were added. */
  get tasks(): readonly Task[] {
    return this.#registry.tasks;
  }

  /** Template name → the array of its tasks. */
  get arrays(): ReadonlyMap<string, TaskArray> {
    return this.#registry.arrays;
  }

  /** Its own, else that of its tool as it is now. */
  override get defaultMaxAttempts(): number | undefined {
    return super.defaultMaxAttempts ?? this.tool.defaultMaxAttempts;
  }

  /** Name → text or null. */
  get attributes(): Attributes {
    return this.#attributes;
  }

  get maxConcurrentlyRunning(): number {
    return this.#maxConcurrentlyRunning;
  }

  /** The one cluster on which all tasks run. */
  get clusterName(): string {
    return this.tasks[0]?.clusterName ?? this.defaultClusterName ?? DEFAULT_CLUSTER;
  }

  get isBound(): boolean {
    return this.#binding !== undefined;
  }

  /** What it was bound with; undefined before. */
  get requester(): Requester | undefined {
    return this.#binding?.requester;
  }

  /** @throws SkepError not_bound */
  get workflowId(): number {
    return this.#bound().workflowId;
  }

  /** @throws SkepError not_bound */
  get dagId(): number {
    return this.dag.dagId;
  }

  /** @throws SkepError not_bound */
  get clusters(): Clusters {
    return this.#bound().clusters;
  }

  /** The run that {@link run} came to the end of last; undefined before one did. */
  get lastWorkflowRunId(): number | undefined {
    return this.#lastWorkflowRunId;
  }

  get boundArrays(): Iterable<TaskArray> {
    return this.arrays.values();
  }

  get boundTasks(): Iterable<Task> {
    return this.tasks;
  }

  /**
   * Changes how many tasks may be active at once: 0 pauses it. The promise has to be awaited only when it is bound: then the
   * server is told, and a run that is under way takes notice.
   * @throws SkepError argument_invalid at once
   */
  setMaxConcurrentlyRunning(limit: number): Promise<void> {
    this.#maxConcurrentlyRunning = checkLimit(limit, 'the workflow');
    return this.#binding ? this.#sendLimit(this.#binding) : Promise.resolve();
  }

  /**
   * Changes how many tasks of one template may be active at once, see {@link TaskArray.setMaxConcurrentlyRunning}.
   * @throws SkepError invalid_usage without such tasks, argument_invalid; both at once
   */
  setTaskTemplateMaxConcurrencyLimit(templateName: string, limit: number): Promise<void> {
    return this.#registry.arrayOf(templateName).setMaxConcurrentlyRunning(limit);
  }

  /** Tasks of a template by values of node arguments, see {@link TaskArray.getTasksByNodeArgs}. */
  getTasksByNodeArgs(templateName: string, nodeArgs: ArgumentValues = {}): Task[] {
    return this.#registry.arrayOf(templateName).getTasksByNodeArgs(nodeArgs);
  }

  /**
   * Adds a task, and gives it back.
   * @throws SkepError task_duplicate or node_duplicate naming both tasks, or invalid_usage for a task of another array
   * than that of its template; after any of them nothing has changed.
   */
  addTask(task: Task): Task {
    if (this.isBound) {
      throw new SkepError('invalid_usage', `Task ${task.name} comes too late: the workflow is bound.`);
    }
    this.#registry.add(task, this);
    return task;
  }

  /** Adds tasks and gives them back, for the next ones to wait for. @throws as {@link addTask} */
  addTasks(tasks: Iterable<Task>): Task[] {
    return Array.from(tasks, (task) => this.addTask(task));
  }

  /**
   * Checks what can be checked without a server.
   * @throws SkepError workflow_empty, dag_incomplete, dag_cyclic or resources_invalid naming the tasks at fault.
   */
  validateGraph(): void {
    const [first] = this.tasks;
    if (first === undefined) throw new SkepError('workflow_empty', 'The workflow has no tasks.');
    const stray = this.tasks.find(({ clusterName }) => clusterName !== first.clusterName);
    if (stray !== undefined) {
      throw new SkepError(
        'resources_invalid',
        `Task ${first.name} runs on cluster ${first.clusterName} and task ${stray.name} on ${stray.clusterName}: a workflow has one cluster.`,
      );
    }
    this.dag.validate();
  }

  /**
   * Checks the graph, and clusters, queues, resources and scales against a server. Nothing is bound.
   * @throws SkepError naming what is wrong.
   */
  async validate(requester: Requester, { log = silentLog }: Partial<BindOptions> = {}): Promise<void> {
    await checkWorkflow(this, new Clusters(requester), log);
  }

  /**
   * Makes it known to a server, or finds it there, after checking everything; its tasks follow when it is run. Does nothing
   * when it is bound.
   * @throws SkepError naming what is wrong, after which nothing was bound; workflow_exists
   */
  async bind(requester: Requester, { log = silentLog, signal }: Partial<BindOptions> = {}): Promise<void> {
    if (this.#binding) return;
    this.#binding = await bindWorkflow(this, requester, { log, signal });
    this.dag.bind(this.#binding.dagId);
    this.#registry.close();
  }

  /** Makes its tasks known to the server, or resets what a former run left unfinished. Part of {@link run}. */
  async bindTasks({
    resetIfRunning = true,
    signal,
  }: {
    resetIfRunning?: boolean;
    signal?: AbortSignal;
  } = {}): Promise<void> {
    const { requester, workflowId, templates, hashes } = this.#bound();
    const { tasks, chunkSize, boundArrays: arrays } = this;
    const input = { workflowId, tasks, arrays, templates, hashes, chunkSize, resetIfRunning };
    await unlessStopped(bindTasks(stoppable(requester, signal), requester, input), signal);
    this.#hasBoundTasks = true;
  }

  /**
   * Binds and runs it until all tasks are done or nothing more can be done. Resolves also when tasks failed: see
   * `status` of the result.
   * @throws SkepError workflow_complete, workflow_exists (not new, and `resume` not asked for), workflow_not_resumable,
   * distributor_startup, distributor_dead, run_timeout, run_interrupted, and what binding throws.
   */
  async run(options: RunOptions): Promise<WorkflowResult> {
    await inPhase('bind workflow', options, { 'skep.nodes': this.tasks.length }, () =>
      this.bind(options.requester, options),
    );
    const { status, isNew } = this.#bound();
    const result = await runBoundWorkflow(this, { status, isNew, isRepeated: this.#hasBoundTasks }, options);
    this.#lastWorkflowRunId = result.workflowRunId;
    return result;
  }

  /**
   * Binds it with its tasks, so that it can be run elsewhere, by `run` with `resume`. What was bound before is left as it is.
   * @throws as {@link run}, as far as binding goes.
   */
  async bindAll(options: Pick<RunOptions, 'requester' | 'resume' | 'log' | 'signal'>): Promise<void> {
    await this.bind(options.requester, options);
    const { status, isNew } = this.#bound();
    checkMayRun(this, { status, isNew }, options.resume ?? false);
    if (isNew) await this.bindTasks(options.signal && { signal: options.signal });
  }

  /**
   * The errors of the tasks that have any, by task id. Tasks of which the last run says that they are done, or had not to
   * be tried, are asked about only with `all`.
   * @throws SkepError not_bound. Source: client §13.1.
   */
  async getErrors({ limit = 1000, all = false }: ErrorsOptions = {}): Promise<Map<number, TaskErrors>> {
    const { requester } = this.#bound();
    const mayHave = (task: Task) => task.isBound && (all || !task.isFinished || !'DG'.includes(task.finalStatus));
    const taskIds = this.tasks.filter(mayHave).map(({ taskId }) => taskId);
    return readErrorsOfTasks(requester, taskIds, limit);
  }

  /**
   * The errors of the tasks that the last run left failed, by task name; of tasks of one name, those of the last.
   * @throws SkepError not_bound. Source: client §11.4.
   */
  async taskErrors(): Promise<Map<string, TaskErrors>> {
    const { requester } = this.#bound();
    const failed = this.tasks.filter((task) => task.isFinished && task.finalStatus === 'F');
    const taskIds = failed.map(({ taskId }) => taskId);
    const errors = await readErrorsOfTasks(requester, taskIds, Number.POSITIVE_INFINITY);
    return new Map(
      failed.flatMap(({ name, taskId }) => {
        const found = errors.get(taskId);
        return found ? [[name, found] as const] : [];
      }),
    );
  }

  /**
   * Adds attributes of the workflow, or changes them. The promise has to be awaited only when it is bound: then the server
   * is told.
   * @throws SkepError argument_invalid
   */
  async addAttributes(attributes: AttributesInput): Promise<void> {
    const added = attributesOf(attributes, 'the workflow') ?? {};
    this.#attributes = { ...this.#attributes, ...added };
    if (!this.#binding) return;
    const { requester, workflowId } = this.#binding;
    await requester.call(routes.setWorkflowAttributes, {
      params: { workflow_id: workflowId },
      body: { workflow_attributes: { ...added } },
    });
  }

  async #sendLimit({ requester, workflowId }: WorkflowBinding): Promise<void> {
    await requester.call(routes.setWorkflowConcurrency, {
      params: { workflow_id: workflowId },
      body: { max_tasks: this.#maxConcurrentlyRunning },
    });
  }

  #bound(): WorkflowBinding {
    if (this.#binding !== undefined) return this.#binding;
    throw new SkepError('not_bound', `The workflow ${this.name || this.workflowArgs} is not bound.`);
  }
}
