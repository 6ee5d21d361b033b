import type { TaskStatus, WorkflowRunStatus } from '../../core/status.ts';

export interface StateUpdateFields {
  readonly taskStatuses?: ReadonlyMap<number, TaskStatus>;
  readonly maxConcurrentlyRunning?: number | undefined;
  /** Array id → limit. */
  readonly arrayLimits?: ReadonlyMap<number, number>;
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
  readonly workflowRunStatus: WorkflowRunStatus | undefined;
  readonly syncTime: string | undefined;

  constructor(fields: StateUpdateFields = {}) {
    this.taskStatuses = fields.taskStatuses ?? NONE;
    this.maxConcurrentlyRunning = fields.maxConcurrentlyRunning;
    this.arrayLimits = fields.arrayLimits ?? NONE;
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
    return new StateUpdate({
      taskStatuses: joined(this.taskStatuses, other.taskStatuses),
      maxConcurrentlyRunning: other.maxConcurrentlyRunning ?? this.maxConcurrentlyRunning,
      arrayLimits: joined(this.arrayLimits, other.arrayLimits),
      workflowRunStatus: other.workflowRunStatus ?? this.workflowRunStatus,
      syncTime: other.syncTime ?? this.syncTime,
    });
  }
}

/** Spares the copy where one side is empty, which is the rule: answers carry one kind of news each. */
function joined<Value>(
  left: ReadonlyMap<number, Value>,
  right: ReadonlyMap<number, Value>,
): ReadonlyMap<number, Value> {
  if (left.size === 0) return right;
  return right.size === 0 ? left : new Map([...left, ...right]);
}
