import type { TaskStatus, WorkflowRunStatus } from '../../core/status.ts';
import type { TaskResources } from '../resources/task-resources.ts';
import type { SwarmArray } from './array.ts';
import { creditDependents, debitDependents } from './credit.ts';
import { ReadyQueue } from './ready-queue.ts';
import type { StateUpdate } from './state-update.ts';
import { StatusCounts } from './status-counts.ts';
import { createStatusMap } from './status-view.ts';
import type { SwarmTask } from './task.ts';
import { TaskGraph } from './task-graph.ts';

export { StateUpdate } from './state-update.ts';

export interface SwarmStateFields {
  readonly workflowId: number;
  readonly workflowRunId: number;
  readonly dagId: number;
  readonly status?: WorkflowRunStatus;
  readonly maxConcurrentlyRunning?: number;
}

/**
 * Everything that one run knows about its tasks. All moves go through here, and each costs the same whatever the size of
 * the workflow: counters by status and by array are kept, never recounted. Source: swarm §5.4.
 */
export class SwarmState {
  readonly workflowId: number;
  readonly workflowRunId: number;
  readonly dagId: number;
  /** Status of the workflow run. */
  status: WorkflowRunStatus;
  maxConcurrentlyRunning: number;
  /** The server's time token of the last sync, to be sent back as it is. */
  lastSync: string | null = null;
  /** Tasks that were done when the state was built. */
  numPreviouslyComplete = 0;
  readonly taskStatusMap = createStatusMap(this);
  readonly #tasks = new Map<number, SwarmTask>();
  readonly #graph = new TaskGraph();
  readonly #arrays = new Map<number, SwarmArray>();
  readonly #counts = new StatusCounts();
  #active = 0;
  readonly #ready = new ReadyQueue();
  readonly #resources = new Map<string, TaskResources>();

  constructor(fields: SwarmStateFields) {
    this.workflowId = fields.workflowId;
    this.workflowRunId = fields.workflowRunId;
    this.dagId = fields.dagId;
    this.status = fields.status ?? 'B';
    this.maxConcurrentlyRunning = fields.maxConcurrentlyRunning ?? 10_000;
  }

  get tasks(): ReadonlyMap<number, SwarmTask> {
    return this.#tasks;
  }

  get arrays(): ReadonlyMap<number, SwarmArray> {
    return this.#arrays;
  }

  /** The tasks that wait to be queued. */
  get readyToRun(): ReadyQueue {
    return this.#ready;
  }

  /** Registers a task; its array must be registered before. */
  addTask(task: SwarmTask): void {
    this.#tasks.set(task.taskId, task);
    task.graph = this.#graph;
    task.index = this.#graph.add(task);
    this.#count(task, 1);
  }

  /**
   * Sets the dependents of a task, by their `index`, and counts it among their upstreams. To be called when all tasks are
   * registered, once for each that has dependents, in the order in which they were registered.
   */
  link(task: SwarmTask, dependents: Iterable<number>): void {
    this.#graph.link(task.index, dependents);
  }

  /** Gives back the room that was kept for further tasks and edges. */
  trim(): void {
    this.#graph.trim();
  }

  addArray(array: SwarmArray): void {
    this.#arrays.set(array.arrayId, array);
  }

  getTask(taskId: number): SwarmTask | null {
    return this.#tasks.get(taskId) ?? null;
  }

  getTasksByStatus(status: TaskStatus): ReadonlySet<SwarmTask> {
    return this.taskStatusMap.get(status) ?? new Set();
  }

  /** How many tasks have a status, also one that this version does not know. */
  countOf(status: TaskStatus): number {
    return this.#counts.of(status).size;
  }

  getActiveTaskCount(): number {
    return this.#active;
  }

  getReadyToRunCount(): number {
    return this.#ready.size;
  }

  getDoneCount(): number {
    return this.countOf('D');
  }

  getFailedCount(): number {
    return this.countOf('F');
  }

  getDoneTasks(): SwarmTask[] {
    return [...this.getTasksByStatus('D')];
  }

  getFailedTasks(): SwarmTask[] {
    return [...this.getTasksByStatus('F')];
  }

  get allTasksFinal(): boolean {
    return this.getDoneCount() + this.getFailedCount() === this.#tasks.size;
  }

  get allTasksDone(): boolean {
    return this.getDoneCount() === this.#tasks.size;
  }

  /** Whether anything can happen without news from outside: a task is active, or ready to be queued. */
  get hasPendingWork(): boolean {
    return this.#ready.size > 0 || this.getActiveTaskCount() > 0;
  }

  /** How many more tasks may become active. */
  getAvailableCapacity(): number {
    return Math.max(0, this.maxConcurrentlyRunning - this.getActiveTaskCount());
  }

  /** How many more tasks of an array may become active; 0 for an unknown array. */
  getArrayCapacity(arrayId: number): number {
    return this.#arrays.get(arrayId)?.capacity ?? 0;
  }

  /** Done tasks in percent, to two decimals; 0 without tasks. */
  getPercentDone(): number {
    if (this.#tasks.size === 0) return 0;
    return Math.round((10_000 * this.getDoneCount()) / this.#tasks.size) / 100;
  }

  /**
   * Takes in what a request told; gives back the tasks whose status changed, by ascending id. Unknown tasks and arrays
   * are ignored. Dependents and the queue of ready tasks are not touched, except that a task which can no longer be
   * queued leaves it.
   */
  applyUpdate(update: StateUpdate): SwarmTask[] {
    const changed: SwarmTask[] = [];
    for (const [taskId, status] of update.taskStatuses) {
      const task = this.#tasks.get(taskId);
      if (task === undefined || !this.#move(task, status)) continue;
      task.ranOut = update.ranOut.get(taskId);
      changed.push(task);
    }
    if (update.maxConcurrentlyRunning !== undefined) this.maxConcurrentlyRunning = update.maxConcurrentlyRunning;
    for (const [arrayId, limit] of update.arrayLimits) {
      const array = this.#arrays.get(arrayId);
      if (array !== undefined) array.maxConcurrentlyRunning = limit;
    }
    if (update.workflowRunStatus !== undefined) this.status = update.workflowRunStatus;
    if (update.syncTime !== undefined) this.lastSync = update.syncTime;
    return changed.sort((left, right) => left.taskId - right.taskId);
  }

  /** Sets the status of one task; false when it is unknown or has that status already. */
  updateTaskStatus(taskId: number, status: TaskStatus): boolean {
    const task = this.#tasks.get(taskId);
    return task !== undefined && this.#move(task, status);
  }

  /**
   * Credits done tasks to their dependents, each task once however often it is handed in; gives back the dependents that
   * became ready.
   */
  propagateCompletions(tasks: Iterable<SwarmTask>): SwarmTask[] {
    return creditDependents(tasks);
  }

  /** Takes the credit back for tasks that are done no longer (a user reset them): their dependents have to wait again. */
  retractCompletions(tasks: Iterable<SwarmTask>): void {
    for (const dependent of debitDependents(tasks)) this.#ready.remove(dependent);
  }

  /** Credits the tasks that were done before this run to their dependents. */
  computeInitialUpstreamDoneCounts(): void {
    this.propagateCompletions(this.getTasksByStatus('D'));
  }

  /** Puts a task behind the ready ones, or with `front` behind the adjusted ones. */
  enqueueTask(task: SwarmTask, { front = false } = {}): void {
    this.#ready.add(task, front);
  }

  dequeueTask(): SwarmTask | null {
    return this.#ready.take() ?? null;
  }

  getCachedResources(key: string): TaskResources | null {
    return this.#resources.get(key) ?? null;
  }

  /** The first object stored for this value: all tasks share it, so that it is bound once. */
  cacheResources(resources: TaskResources): TaskResources {
    const known = this.#resources.get(resources.key);
    if (known !== undefined) return known;
    this.#resources.set(resources.key, resources);
    return resources;
  }

  #move(task: SwarmTask, status: TaskStatus): boolean {
    if (task.status === status) return false;
    this.#count(task, -1);
    task.status = status;
    this.#count(task, 1);
    if (!this.#counts.of(status).isWaiting) this.#ready.remove(task);
    return true;
  }

  #count(task: SwarmTask, change: 1 | -1): void {
    const count = this.#counts.of(task.status);
    count.size += change;
    if (!count.isActive) return;
    this.#active += change;
    const array = this.#arrays.get(task.arrayId);
    if (array !== undefined) array.activeCount += change;
  }
}
