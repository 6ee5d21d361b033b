/** Whole runs of the swarm alone: a gateway queues every batch at once, and its change feed tells that the tasks are done. */
import type { WorkflowChangesResponse } from '../src/client/swarm/answers.ts';
import { WorkflowRunOrchestrator } from '../src/client/swarm/orchestrator.ts';
import type { SwarmState } from '../src/client/swarm/state.ts';
import { systemClock } from '../src/core/clock.ts';
import { silentLog } from '../src/core/log.ts';
import type { WorkflowRunStatus } from '../src/core/status.ts';
import { benchmark } from './framework/benchmark.ts';
import { growthExponent, median } from './framework/figure.ts';
import { AgreeableGateway, createState, linkLayers } from './framework/large-state.ts';

/** Each task is queued, and is done. */
const TRANSITIONS_PER_TASK = 2;

async function run(size: number): Promise<number> {
  const state = createState(size);
  linkLayers(state);
  const gateway = new RunningGateway(state);
  const orchestrator = new WorkflowRunOrchestrator({ state, gateway, clock: systemClock, log: silentLog });
  const started = performance.now();
  const result = await orchestrator.run(() => true);
  if (result.doneCount !== size) throw new Error(`${result.doneCount} of ${size} tasks are done.`);
  return (performance.now() - started) / 1000;
}

/** A server on which tasks are done as soon as they are queued. */
class RunningGateway extends AgreeableGateway {
  readonly #state: SwarmState;
  #queued: number[] = [];
  #cursor = 1;
  #wake = () => {};

  constructor(state: SwarmState) {
    super();
    this.#state = state;
  }

  override async queueTaskBatch(batch: { taskIds: number[] }) {
    for (const taskId of batch.taskIds) this.#queued.push(taskId);
    this.#wake();
    return super.queueTaskBatch(batch);
  }

  override async getWorkflowChanges(cursor: number): Promise<WorkflowChangesResponse> {
    const { maxConcurrentlyRunning } = this.#state;
    const limits = {
      maxConcurrentlyRunning,
      arrayLimits: new Map([[1, maxConcurrentlyRunning]]),
      ranOut: new Map<number, string>(),
    };
    if (cursor === 0) {
      const all = [...this.#state.tasks.keys()];
      return { cursor: this.#cursor, workflowRunStatus: 'R', tasksByStatus: { G: all }, ...limits };
    }
    // News are read when the swarm has taken in what was answered before, as over a network.
    if (this.#queued.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    await new Promise<void>((resolve) => setImmediate(resolve));
    const done = this.#queued;
    this.#queued = [];
    this.#cursor += 1;
    return { cursor: this.#cursor, workflowRunStatus: 'R', tasksByStatus: { D: done }, ...limits };
  }

  override async updateStatus(status: WorkflowRunStatus) {
    return { status };
  }

  override async logHeartbeat(status: WorkflowRunStatus) {
    return { status };
  }

  override async requestTriage() {}
}

await benchmark(async ({ repeats, sizes, add }) => {
  const points: { size: number; seconds: number }[] = [];
  for (const size of sizes(1000, 10_000, 100_000, 1_000_000)) {
    const seconds: number[] = [];
    for (let round = 0; round < repeats; round++) seconds.push(await run(size));
    points.push({ size, seconds: median(seconds) });
    add({
      work: `swarm loop over ${size.toLocaleString('en')} tasks, three dependents each, fake gateway`,
      values: seconds.map((value) => (TRANSITIONS_PER_TASK * size) / value),
      unit: 'transitions/s',
      reach: '≥ 100,000',
      peak: process.resourceUsage().maxRSS * 1024,
      remark: points.length > 1 ? `growth exponent of the time ${growthExponent(points).toFixed(2)}` : undefined,
    });
  }
});
