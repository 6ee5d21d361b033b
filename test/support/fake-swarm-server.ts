import type { TaskStatus, WorkflowRunStatus } from '../../src/core/status.ts';
import { WORKFLOW_RUN_TRANSITIONS } from '../../src/core/status.ts';
import { FakeFailure, type FakeRequest, type FakeTransport, fakeTransport } from './fake-transport.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What the elements of a task's row in `get_tasks` are called where they have names. */
const TASK_FIELDS = [
  ...['array_id', 'status', 'max_attempts', 'resource_scales', 'fallback_queues', 'requested_resources'],
  ...['cluster_name', 'queue_name', 'array_max_concurrently_running'],
];

export interface FakeTask {
  readonly taskId: number;
  readonly arrayId: number;
  status: TaskStatus;
  readonly nodeId: number;
  readonly downstreamNodeIds: readonly number[];
  revision: number;
}

/** What the server does of its own accord with tasks that were queued, such as running them. */
type Behaviour = (server: FakeSwarmServer, taskIds: readonly number[]) => void;

/**
 * The part of a server that a swarm talks to, in memory and on a virtual clock: statuses, queueing, heartbeats, and the
 * change feed if `feed`. Tests change tasks with `set` and make requests fail with `fail`.
 */
export class FakeSwarmServer {
  readonly tasks = new Map<number, FakeTask>();
  readonly arrayLimits = new Map<number, number>();
  runStatus: WorkflowRunStatus = 'O';
  limit = 10_000;
  onQueued: Behaviour = () => {};
  /** Paths (or parts of them) → how often requests to them still fail. */
  readonly failures = new Map<string, { left: number; status: number | 'cut' }>();
  readonly transport: FakeTransport;
  readonly #clock: VirtualClock;
  readonly #feed: boolean;
  #revision = 1;
  #waiting: (() => void)[] = [];

  constructor(clock: VirtualClock, { feed = true } = {}) {
    this.#clock = clock;
    this.#feed = feed;
    this.transport = fakeTransport((request) => this.#answer(request));
  }

  addTask(taskId: number, { arrayId = 1, status = 'G' as TaskStatus, downstream = [] as number[] } = {}): this {
    const fields = { taskId, arrayId, status, nodeId: 1000 + taskId, revision: this.#revision };
    this.tasks.set(taskId, { ...fields, downstreamNodeIds: downstream.map((id) => 1000 + id) });
    if (!this.arrayLimits.has(arrayId)) this.arrayLimits.set(arrayId, 10_000);
    return this;
  }

  set(taskId: number, status: TaskStatus): void {
    const task = this.tasks.get(taskId) as FakeTask;
    task.status = status;
    task.revision = ++this.#revision;
    this.#wake();
  }

  setRun(status: WorkflowRunStatus): void {
    this.runStatus = status;
    this.#revision += 1;
    this.#wake();
  }

  setLimits(limit: number, arrayLimits: Readonly<Record<number, number>> = {}): void {
    this.limit = limit;
    for (const [arrayId, value] of Object.entries(arrayLimits)) this.arrayLimits.set(Number(arrayId), value);
    this.#revision += 1;
    this.#wake();
  }

  fail(path: string, times: number, status: number | 'cut' = 503): void {
    this.failures.set(path, { left: times, status });
  }

  statusOf(taskId: number): TaskStatus | undefined {
    return this.tasks.get(taskId)?.status;
  }

  countOf(path: string): number {
    return this.transport.lines.filter((line) => line.includes(path)).length;
  }

  #answer(request: FakeRequest): unknown {
    const { path } = request;
    for (const [part, failure] of this.failures) {
      if (!path.includes(part) || failure.left <= 0) continue;
      failure.left -= 1;
      throw new FakeFailure(failure.status);
    }
    if (path === '/skep/capabilities') {
      if (this.#feed) return { version: '0', database_id: 'x' };
      throw new FakeFailure(404);
    }
    if (path.endsWith('/changes')) return this.#changes(request);
    if (path.endsWith('/task_status_updates'))
      return { time: this.#timeText(), tasks_by_status: this.#byStatus(() => true) };
    if (path.endsWith('/update_status') || path.endsWith('/log_heartbeat')) return this.#moveRun(request);
    if (path.endsWith('/queue_task_batch')) return this.#queue(request);
    if (path.endsWith('/get_array_max_concurrently_running'))
      return { max_concurrently_running: this.arrayLimits.get(Number(path.split('/')[3])) };
    if (path.endsWith('/get_max_concurrently_running')) return { max_concurrently_running: this.limit };
    if (path.endsWith('/fetch_workflow_metadata')) return { workflow: [3, 5, this.limit] };
    if (path.includes('/get_tasks/')) return this.#page(request);
    if (path.endsWith('/unfinished_tasks')) return this.#groups(request);
    if (path.endsWith('/get_downstream_tasks')) return this.#edges(request);
    if (path.endsWith('/time')) return { time: this.#timeText() };
    if (path.endsWith('/bind_resources')) return 77;
    if (path.includes('/queue/')) return { queue: [2, path.split('/').at(-1), null] };
    if (path.includes('/cluster/')) return { cluster: [4, path.split('/').at(-1), 'dummy', null] };
    return {};
  }

  #moveRun({ body }: FakeRequest): unknown {
    const wanted = body.status as WorkflowRunStatus;
    if (WORKFLOW_RUN_TRANSITIONS[this.runStatus]?.includes(wanted)) this.setRun(wanted);
    return { status: this.runStatus };
  }

  #queue({ body }: FakeRequest): unknown {
    const ids = (body.task_ids as number[]).filter((id) => this.tasks.has(id));
    const moved = ids.filter((id) => ['G', 'A'].includes(this.statusOf(id) as string));
    for (const id of moved) this.set(id, 'Q');
    const answer = this.#byStatus(({ taskId }) => ids.includes(taskId));
    this.onQueued(this, moved);
    return { tasks_by_status: answer };
  }

  async #changes({ body }: FakeRequest): Promise<unknown> {
    const { cursor, wait_seconds: wait } = body;
    if (cursor !== 0 && cursor === this.#revision) {
      const deadline = new AbortController();
      this.#waiting.push(() => deadline.abort());
      await this.#clock.sleep(wait * 1000, deadline.signal);
    }
    return {
      cursor: this.#revision,
      tasks_by_status: this.#byStatus(({ revision }) => cursor === 0 || revision > cursor),
      workflow_run_status: this.runStatus,
      max_concurrently_running: this.limit,
      array_limits: Object.fromEntries(this.arrayLimits),
    };
  }

  #page({ query }: Pick<FakeRequest, 'query'>): { tasks: Record<string, unknown[]> } {
    const rows = [...this.tasks.values()]
      .filter(({ taskId, status }) => status !== 'D' && taskId > Number(query.max_task_id))
      .sort((left, right) => left.taskId - right.taskId)
      .slice(0, Number(query.chunk_size))
      .map(({ taskId, arrayId, status }) => [
        String(taskId),
        [
          arrayId,
          status,
          3,
          "{'memory': 0.5}",
          '[]',
          '{"memory": 2}',
          'dummy',
          'null.q',
          this.arrayLimits.get(arrayId),
        ],
      ]);
    return { tasks: Object.fromEntries(rows) };
  }

  /** A group for each task. */
  #groups({ query }: FakeRequest): unknown {
    const { tasks } = this.#page({
      query: { max_task_id: String(query.after_task_id), chunk_size: String(query.limit) },
    });
    const rows = Object.entries(tasks).map(([id, row]) => ({ task: this.tasks.get(Number(id)) as FakeTask, row }));
    const last = Math.max(...rows.map(({ task }) => task.taskId));
    const groups = rows.map(({ task: { taskId, nodeId, downstreamNodeIds }, row }) => ({
      ...Object.fromEntries(TASK_FIELDS.map((field, index) => [field, row[index]])),
      tasks: [[taskId, nodeId, ...downstreamNodeIds]],
    }));
    return { last_task_id: rows.length === 0 ? null : last, groups };
  }

  #edges({ body }: FakeRequest): unknown {
    const tasks = (body.task_ids as number[]).flatMap((id) => this.tasks.get(id) ?? []);
    return {
      downstream_tasks: Object.fromEntries(
        tasks.map(({ taskId, nodeId, downstreamNodeIds }) => [taskId, [nodeId, downstreamNodeIds]]),
      ),
    };
  }

  #byStatus(include: (task: FakeTask) => boolean): Record<string, number[]> {
    const grouped: Record<string, number[]> = {};
    for (const task of this.tasks.values()) {
      if (!include(task)) continue;
      grouped[task.status] ??= [];
      grouped[task.status]?.push(task.taskId);
    }
    return grouped;
  }

  #timeText(): string {
    return new Date(this.#clock.now()).toISOString().slice(0, 19).replace('T', ' ');
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
