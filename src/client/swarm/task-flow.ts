import { SkepError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import { TASK_STATUSES } from '../../core/status.ts';
import type { SwarmState } from './state.ts';
import type { SwarmTask } from './task.ts';

/** What follows from a task's new status: dependents become ready, tasks are tried again. Source: swarm §7.2, §7.4. */
export class TaskFlow {
  /** Tasks that were seen to complete in this run. */
  completions = 0;
  readonly #state: SwarmState;
  readonly #log: Logger;
  readonly #strangeStatuses = new Set<string>();

  constructor(state: SwarmState, log: Logger) {
    this.#state = state;
    this.#log = log;
  }

  /** Makes ready what can start at once: tasks that wait for adjusted resources, and those without open upstreams. */
  async enqueueFringe(): Promise<void> {
    for (const task of this.#state.getTasksByStatus('A')) this.#adjust(task);
    await this.#enqueueReady([...this.#state.getTasksByStatus('G')].filter((task) => task.allUpstreamsDone));
  }

  /** Follows up tasks whose status just changed. Each dependent is made ready once, in whatever order its news came. */
  async process(changed: readonly SwarmTask[]): Promise<void> {
    const done = changed.filter((task) => task.status === 'D');
    this.#state.retractCompletions(changed.filter((task) => task.status !== 'D'));
    const ready = new Set(this.#state.propagateCompletions(done));
    for (const task of changed) {
      if (task.status === 'G' && task.allUpstreamsDone) ready.add(task);
      else if (task.status === 'A') this.#adjust(task);
      else if (TASK_STATUSES[task.status] === undefined || task.status === 'E') this.#reportStrange(task);
    }
    await this.#enqueueReady([...ready]);
    this.completions += done.length;
    this.#reportProgress(changed, done.length);
  }

  /** Tasks ready at the same moment are queued by id, so that one history has one order. */
  async #enqueueReady(tasks: readonly SwarmTask[]): Promise<void> {
    const waiting = tasks.filter((task) => task.readyOrder === 0).sort((left, right) => left.taskId - right.taskId);
    const dynamic = waiting.filter((task) => task.computeResourcesCallable !== undefined);
    if (dynamic.length > 0) await Promise.all(dynamic.map((task) => applyCallable(task)));
    for (const task of waiting) {
      task.currentTaskResources = this.#state.cacheResources(task.currentTaskResources.coerced());
      this.#state.enqueueTask(task);
    }
  }

  #adjust(task: SwarmTask): void {
    const scales = task.resourceScales.only(task.ranOut);
    const adjusted = task.currentTaskResources.adjusted(scales, task.fallbackQueues, this.#log);
    task.currentTaskResources = this.#state.cacheResources(adjusted);
    this.#state.enqueueTask(task, { front: true });
  }

  #reportStrange({ taskId, status }: SwarmTask): void {
    if (this.#strangeStatuses.has(status)) return;
    this.#strangeStatuses.add(status);
    this.#log.warn(
      { task_id: taskId, status },
      'a task has a status that a swarm does not know; the task is left alone',
    );
  }

  #reportProgress(changed: readonly SwarmTask[], done: number): void {
    const failed = changed.filter((task) => task.status === 'F').length;
    if (failed > 0) this.#log.warn({ failed }, 'tasks failed for good');
    if (done === 0) return;
    const { tasks } = this.#state;
    const counts = { percent: this.#state.getPercentDone(), done: this.#state.getDoneCount(), total: tasks.size };
    this.#log.info(counts, 'tasks completed');
  }
}

/** Lays what the task's function gives over its resources; the function is called once in a run. */
async function applyCallable(task: SwarmTask): Promise<void> {
  const callable = task.computeResourcesCallable;
  task.computeResourcesCallable = undefined;
  const extra: unknown = await callable?.();
  if (typeof extra !== 'object' || extra === null || Array.isArray(extra)) {
    const sentence = `The compute-resources function of task ${task.taskId} gave ${JSON.stringify(extra)}, not an object of resources.`;
    throw new SkepError('callable_invalid', sentence);
  }
  task.currentTaskResources = task.currentTaskResources.overlaid(extra as Record<string, unknown>);
}
