import { SkepError } from '../../core/errors.ts';
import type { SwarmTask } from './task.ts';

/** The tasks of one template in the workflow, which share a limit. Source: swarm §5.2. */
export class SwarmArray {
  readonly arrayId: number;
  readonly arrayName: string;
  /** How many of its tasks may be active at once; the server may change it at any time. */
  maxConcurrentlyRunning: number;
  readonly tasks: SwarmTask[] = [];
  /** How many of its tasks are active: kept by `SwarmState` at each change of status. */
  activeCount = 0;

  constructor(arrayId: number, maxConcurrentlyRunning: number, arrayName = `array_${arrayId}`) {
    this.arrayId = arrayId;
    this.maxConcurrentlyRunning = maxConcurrentlyRunning;
    this.arrayName = arrayName;
  }

  /** @throws SkepError internal for a task of another array. */
  addTask(task: SwarmTask): void {
    if (task.arrayId !== this.arrayId) {
      const sentence = `Task ${task.taskId} belongs to array ${task.arrayId}, not to array ${this.arrayId}.`;
      throw new SkepError('internal', sentence);
    }
    this.tasks.push(task);
  }

  get capacity(): number {
    return Math.max(0, this.maxConcurrentlyRunning - this.activeCount);
  }
}
