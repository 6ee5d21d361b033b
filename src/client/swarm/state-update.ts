import type { TaskStatus, WorkflowRunStatus } from '../../core/status.ts';

export interface StateUpdateFields {
  readonly taskStatuses?: ReadonlyMap<number, TaskStatus>;
  readonly maxConcurrentlyRunning?: number | undefined;
  /** Array id → limit. */
  readonly arrayLimits?: ReadonlyMap<number, number>;
  /** Task id → the resource of which its last attempt did not have enough, where that is known. */
  readonly ranOut?: ReadonlyMap<number, string>;
  readonly workflowRunStatus?: WorkflowRunStatus | undefined;
  /** The server's time token that goes with the statuses. */
  readonly syncTime?: string | undefined;
}

const NONE: ReadonlyMap<number, never> = new Map<number, never>();

/** What some request told about the run: a value, of which every part may be absent. Source: swarm §5.3. */
export class StateUpdate {
  readonly taskStatuses: ReadonlyMap<number, TaskStatus>;
  readonly maxConcurrentlyRunning: number | undefined;
  readonly arrayLimits: ReadonlyMap<number, number>;
  readonly ranOut: ReadonlyMap<number, string>;
  readonly workflowRunStatus: WorkflowRunStatus | undefined;
  readonly syncTime: string | undefined;

  constructor(fields: StateUpdateFields = {}) {
    this.taskStatuses = fields.taskStatuses ?? NONE;
    this.maxConcurrentlyRunning = fields.maxConcurrentlyRunning;
    this.arrayLimits = fields.arrayLimits ?? NONE;
    this.ranOut = fields.ranOut ?? NONE;
    this.workflowRunStatus = fields.workflowRunStatus;
    this.syncTime = fields.syncTime;
  }

  static empty(): StateUpdate {
    return new StateUpdate();
  }

  /** An update from the wire's form, `{status: [task ids]}`. */
  static fromTaskStatusResponse(
    tasksByStatus: Readonly<Record<string, readonly (number | string)[]>>,
    syncTime?: string,
  ): StateUpdate {
    const taskStatuses = new Map<number, TaskStatus>();
    for (const [status, taskIds] of Object.entries(tasksByStatus)) {
      for (const taskId of taskIds) taskStatuses.set(Number(taskId), status as TaskStatus);
    }
    return new StateUpdate({ taskStatuses, syncTime });
  }

  get isEmpty(): boolean {
    return (
      this.taskStatuses.size === 0 &&
      this.maxConcurrentlyRunning === undefined &&
      this.arrayLimits.size === 0 &&
      this.workflowRunStatus === undefined &&
      this.syncTime === undefined
    );
  }

  /** This update with another word, or none, about the status of the run. */
  withRunStatus(workflowRunStatus: WorkflowRunStatus | undefined): StateUpdate {
    return new StateUpdate({ ...this, workflowRunStatus });
  }

  /** Both updates as one new update; where both say something, `other` wins. */
  merge(other: StateUpdate): StateUpdate {
    return StateUpdate.merged([this, other]);
  }

  /** All updates as one; where several say something, the last wins. Costs what they hold, however many they are. */
  static merged(updates: readonly StateUpdate[]): StateUpdate {
    const last = <Value>(field: (update: StateUpdate) => Value | undefined) =>
      updates.map(field).findLast((value) => value !== undefined);
    return new StateUpdate({
      taskStatuses: joined(updates.map(({ taskStatuses }) => taskStatuses)),
      maxConcurrentlyRunning: last((update) => update.maxConcurrentlyRunning),
      arrayLimits: joined(updates.map(({ arrayLimits }) => arrayLimits)),
      ranOut: joined(updates.map(({ ranOut }) => ranOut)),
      workflowRunStatus: last((update) => update.workflowRunStatus),
      syncTime: last((update) => update.syncTime),
    });
  }
}

/** Spares the copy where only one part holds anything, which is the rule: answers carry one kind of news each. */
function joined<Value>(parts: readonly ReadonlyMap<number, Value>[]): ReadonlyMap<number, Value> {
  const filled = parts.filter(({ size }) => size > 0);
  if (filled.length <= 1) return filled[0] ?? NONE;
  const all = new Map<number, Value>();
  for (const part of filled) for (const [id, value] of part) all.set(id, value);
  return all;
}
