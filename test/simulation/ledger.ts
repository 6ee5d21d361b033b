/** What the database has committed, change by change, and whether each change was allowed. */
import {
  ALIVE_WORKFLOW_RUN_STATUSES,
  TASK_INSTANCE_ENDED,
  type TaskInstanceStatus,
  TERMINATING_STATUSES,
  type WorkflowRunStatus,
} from '../../src/core/status.ts';
import { isLegal } from './moves.ts';
import type { PresentRow, RowChange } from './recording.ts';
import type { PromiseName } from './violation.ts';
import type { World } from './world.ts';

type Kind = RowChange['kind'];

interface InstanceEntry {
  readonly task: number;
  readonly run: number;
}

interface TaskEntry {
  readonly index: number;
  status: string;
  /** As the task says, and as its instances add up to. */
  attempts: number;
  counted: number;
  limit: number;
  /** Instances in the order in which they were made. */
  readonly instances: number[];
}

export class Ledger {
  readonly #world: World;
  readonly #statuses = new Map<string, string>();
  /** Every status that a row has ever had in a committed state. */
  readonly #past = new Map<string, Set<string>>();
  readonly #instances = new Map<number, InstanceEntry>();
  readonly #tasks = new Map<number, TaskEntry>();
  readonly #byIndex = new Map<number, TaskEntry>();

  constructor(world: World) {
    this.#world = world;
  }

  /** By the index of the task in the scenario; undefined before it is bound. */
  taskStatus(index: number): string | undefined {
    return this.#byIndex.get(index)?.status;
  }

  /** Instances of a task that were made since its attempts were reset last. */
  attemptsOf(index: number): number {
    return this.#byIndex.get(index)?.counted ?? 0;
  }

  statusOf(kind: Kind, row: number): string | undefined {
    return this.#statuses.get(`${kind} ${row}`);
  }

  /** Whether a row has ever been in a status, for whoever may have seen it. */
  hasBeen(kind: Kind, row: number, status: string): boolean {
    return this.#past.get(`${kind} ${row}`)?.has(status) === true;
  }

  /**
   * Known limit: what a hot resume left to go on under its old run has no distributor any more that could ask for it, so the
   * server gives it up when it has been silent for long.
   */
  wasGivenUpUnasked(instance: number, successor: number): boolean {
    const run = this.#instances.get(instance)?.run ?? 0;
    const isOfEarlierRun = run !== this.#instances.get(successor)?.run && this.isOver(run);
    return isOfEarlierRun && this.statusOf('instance', instance) === 'U';
  }

  /** Rows of a kind with their present statuses, oldest first. */
  rows(kind: Kind): [number, string][] {
    return [...this.#statuses].flatMap(([key, status]) => {
      const [of, row] = key.split(' ');
      return of === kind ? [[Number(row), status] as [number, string]] : [];
    });
  }

  /** One committed transaction. */
  commit(changes: readonly RowChange[]): void {
    for (const change of changes) {
      const { kind, row, before, after } = change;
      const attempts = kind === 'task' ? ` (attempt ${change.attempts} of ${change.limit})` : '';
      this.#world.history.add(`COMMIT ${kind} ${row}: ${before ?? 'new'} → ${after}${attempts}`);
      this.#checkMove(change);
      const key = `${kind} ${row}`;
      this.#statuses.set(key, after);
      const past = this.#past.get(key) ?? new Set();
      this.#past.set(key, past.add(after));
      if (kind === 'task') this.#noteTask(change);
      if (kind === 'instance') this.#noteInstance(change);
    }
    for (const { kind, row, after } of changes) if (kind === 'task') this.#checkTask(row, after);
    this.#checkLive(changes);
  }

  /** The database after a crash: it must hold exactly what was committed. */
  compare(rows: readonly PresentRow[]): void {
    const found = new Map(rows.map(({ kind, row, status }) => [`${kind} ${row}`, status]));
    for (const [key, status] of this.#statuses) {
      if (found.get(key) !== status)
        this.#violate('I6', `${key} was committed as ${status} and is ${found.get(key)} now.`);
    }
  }

  #checkMove({ kind, row, before, after, task, run }: RowChange): void {
    if (before !== null && this.statusOf(kind, row) !== before) {
      this.#violate('I6', `${kind} ${row} changed from ${before}, but ${this.statusOf(kind, row)} was committed last.`);
    }
    if (kind === 'task' && before === 'D') this.#violate('I9', `task ${row} was done and became ${after}.`);
    if (before !== null && before !== after && !isLegal(this.#world, { kind, before, after, run })) {
      this.#violate('I5', `${kind} ${row} moved from ${before} to ${after}.`);
    }
    if (kind === 'instance' && after === 'D' && !this.#world.commands.endedWell(row)) {
      this.#violate('I1', `instance ${row} of task ${task} became D, but its command has not ended with status 0.`);
    }
  }

  #noteTask({ row, after, attempts, limit, name }: RowChange): void {
    let task = this.#tasks.get(row);
    if (task === undefined) {
      const index = Number(name?.slice(1));
      task = { index, status: after, attempts: 0, counted: 0, limit: 0, instances: [] };
      this.#tasks.set(row, task);
      this.#byIndex.set(index, task);
    }
    task.status = after;
    task.attempts = attempts ?? 0;
    task.limit = limit ?? 0;
    if (after === 'G' && attempts === 0) task.counted = 0;
  }

  #noteInstance({ row, before, task, run }: RowChange): void {
    if (before !== null || task === null || run === null) return;
    this.#instances.set(row, { task, run });
    const entry = this.#tasks.get(task);
    if (entry === undefined) return;
    entry.counted++;
    entry.instances.push(row);
  }

  #checkTask(row: number, after: string): void {
    const task = this.#tasks.get(row) as TaskEntry;
    const { counted, attempts, limit, index } = task;
    if (counted !== attempts) {
      this.#violate('I4', `task t${index} has used ${attempts} tries, but ${counted} attempts were made of it.`);
    }
    if (attempts > limit) this.#violate('I4', `task t${index} has used ${attempts} tries of ${limit}.`);
    const newest = task.instances.at(-1) ?? 0;
    const status = this.statusOf('instance', newest);
    if (after === 'D' && status !== 'D') {
      this.#violate('I1', `task t${index} became D, but its newest instance ${newest} is ${status}.`);
    }
    if (after === 'F' && attempts < limit && status !== 'F') {
      this.#violate(
        'I4',
        `task t${index} failed for good after ${attempts} of ${limit} tries (instance ${newest}: ${status}).`,
      );
    }
    const isEnded = TASK_INSTANCE_ENDED.includes(status as TaskInstanceStatus);
    if ((after === 'A' || (after === 'G' && attempts > 0)) && !isEnded) {
      this.#violate('I4', `task t${index} is to be tried again, but its instance ${newest} is ${status}.`);
    }
  }

  /** Of each task at most one attempt may go on; others may only be on their way to die. */
  #checkLive(changes: readonly RowChange[]): void {
    for (const { kind, task: row } of changes) {
      if (kind !== 'instance' || row === null) continue;
      const task = this.#tasks.get(row) as TaskEntry;
      const live = task.instances.filter((instance) => {
        const status = this.statusOf('instance', instance) as TaskInstanceStatus;
        return status !== 'K' && !TASK_INSTANCE_ENDED.includes(status);
      });
      if (live.length > 1)
        this.#violate('I3', `task t${task.index} has ${live.length} attempts that may go on: ${live}.`);
    }
  }

  /** Whether the run of an instance is over, so that others may end what it left. */
  isOver(run: number): boolean {
    return !ALIVE_WORKFLOW_RUN_STATUSES.includes(this.statusOf('run', run) as WorkflowRunStatus);
  }

  /** Whether a run was told to stop. */
  isStopping(run: number): boolean {
    return TERMINATING_STATUSES.includes(this.statusOf('run', run) as WorkflowRunStatus);
  }

  #violate(promise: PromiseName, sentence: string): void {
    this.#world.violate(promise, sentence);
  }
}
