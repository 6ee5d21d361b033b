import type { Requester } from '../../api/requester.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { SkepError } from '../../core/errors.ts';
import { type Logger, silentLog } from '../../core/log.ts';
import {
  SERVER_STOP_STATUSES,
  type TaskStatus,
  TERMINATING_STATUSES,
  type WorkflowRunStatus,
} from '../../core/status.ts';
import { Clusters } from '../resources/cluster.ts';
import type { SwarmArray } from './array.ts';
import { ServerGateway } from './gateway.ts';
import { loadTasks } from './load-tasks.ts';
import { isRunNews } from './run-checks.ts';
import { HeartbeatService } from './services/heartbeat.ts';
import type { BoundWorkflow } from './source.ts';
import { SwarmState } from './state.ts';
import { createStatusMap } from './status-view.ts';
import { takeWorkflow } from './take-workflow.ts';
import type { SwarmTask } from './task.ts';
import type { PageOptions } from './task-pages.ts';

export interface SwarmBuilderOptions {
  /** Seconds between two heartbeats. Default 30. */
  readonly heartbeatInterval?: number;
  /** The server expects the next heartbeat within so many intervals. Default 1.5. */
  readonly heartbeatReportByBuffer?: number;
  /** Status of the run when the build begins. Default B. */
  readonly initialStatus?: WorkflowRunStatus;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Gives the build up. */
  readonly signal?: AbortSignal | undefined;
}

const NO_TASKS: ReadonlyMap<number, SwarmTask> = new Map();
const NO_ARRAYS: ReadonlyMap<number, SwarmArray> = new Map();
const UNBUILT_STATUS_MAP = createStatusMap({ tasks: NO_TASKS, countOf: () => 0 });

/**
 * Builds the state of one run, from a bound workflow in memory or from the server. Heartbeats go out all the while; when
 * one brings the word that the run has to stop, building stops too, and `state.status` says why. Source: swarm §6.
 */
export class SwarmBuilder {
  readonly requester: Requester;
  readonly workflowRunId: number;
  readonly heartbeatInterval: number;
  readonly heartbeatReportByBuffer: number;
  readonly initialStatus: WorkflowRunStatus;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #signal: AbortSignal | undefined;
  #status: WorkflowRunStatus;
  #state: SwarmState | null = null;
  #gateway: ServerGateway | null = null;

  constructor(requester: Requester, workflowRunId: number, options: SwarmBuilderOptions = {}) {
    this.requester = requester;
    this.workflowRunId = workflowRunId;
    this.heartbeatInterval = options.heartbeatInterval ?? 30;
    this.heartbeatReportByBuffer = options.heartbeatReportByBuffer ?? 1.5;
    this.initialStatus = options.initialStatus ?? 'B';
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLog;
    this.#signal = options.signal;
    this.#status = this.initialStatus;
  }

  /** The state, or null before a build. */
  get state(): SwarmState | null {
    return this.#state;
  }

  /** @throws SkepError swarm_not_built before the workflow id is known. */
  get gateway(): ServerGateway {
    if (this.#gateway !== null) return this.#gateway;
    throw new SkepError('swarm_not_built', 'The swarm has no gateway yet: its workflow_id is not known.');
  }

  /** Status → tasks, a live view: the eight statuses that a swarm meets. */
  get taskStatusMap(): ReadonlyMap<TaskStatus, ReadonlySet<SwarmTask>> {
    return this.#state?.taskStatusMap ?? UNBUILT_STATUS_MAP;
  }

  /** The server's time token of the build, to be sent back as it is. */
  get lastSync(): string | null {
    return this.#state?.lastSync ?? null;
  }

  get tasks(): ReadonlyMap<number, SwarmTask> {
    return this.#state?.tasks ?? NO_TASKS;
  }

  get arrays(): ReadonlyMap<number, SwarmArray> {
    return this.#state?.arrays ?? NO_ARRAYS;
  }

  get workflowId(): number | null {
    return this.#state?.workflowId ?? null;
  }

  get dagId(): number | null {
    return this.#state?.dagId ?? null;
  }

  get maxConcurrentlyRunning(): number {
    return this.#state?.maxConcurrentlyRunning ?? 10_000;
  }

  /** Status of the run as the last answer told it. */
  get status(): WorkflowRunStatus {
    return this.#state?.status ?? this.#status;
  }

  get numPreviouslyComplete(): number {
    return this.#state?.numPreviouslyComplete ?? 0;
  }

  /** Builds from a bound workflow in memory; done tasks are part of the state and credited to their dependents. */
  async buildFromWorkflow(workflow: BoundWorkflow): Promise<void> {
    await this.#build(workflow.workflowId, async (gateway) => {
      const { dagId, maxConcurrentlyRunning } = workflow;
      const state = await this.#createState(gateway, dagId, maxConcurrentlyRunning);
      await takeWorkflow(state, workflow, this.#clock);
    });
  }

  /**
   * Builds from the server, which lists the tasks that are not done, in chunks of `edgeChunkSize` (tasks as well as
   * edges; default 500), and asks for status B at the end.
   * @throws SkepError workflow_empty for an unknown workflow; scale_invalid, literal_malformed, cluster_unknown,
   * queue_unknown for tasks that cannot be restored.
   */
  async buildFromWorkflowId(
    workflowId: number,
    options: { readonly edgeChunkSize?: number } | number = {},
  ): Promise<void> {
    const { edgeChunkSize = 500 } = typeof options === 'number' ? { edgeChunkSize: options } : options;
    await this.#build(workflowId, async (gateway, heartbeat) => {
      await this.#beat(heartbeat);
      const { dagId, maxConcurrentlyRunning } = await gateway.getWorkflowMetadata(this.#callOptions);
      const state = await this.#createState(gateway, dagId, maxConcurrentlyRunning);
      await loadTasks(state, gateway, new Clusters(this.requester), this.#pageOptions(heartbeat, edgeChunkSize));
      if (this.#mustStop()) return;
      // A run that its distributor has moved on refuses this and answers its status; one that was only linked is bound.
      this.#adopt((await gateway.updateStatus('B', this.#callOptions)).status);
    });
  }

  async #build(
    workflowId: number,
    fill: (gateway: ServerGateway, heartbeat: HeartbeatService) => Promise<void>,
  ): Promise<void> {
    const gateway = new ServerGateway(this.requester, workflowId, this.workflowRunId);
    this.#gateway = gateway;
    const heartbeat = this.#createHeartbeat(gateway);
    const stop = new AbortController();
    const beating = heartbeat.runBackground(stop.signal, ({ workflowRunStatus }) => this.#adopt(workflowRunStatus));
    try {
      await fill(gateway, heartbeat);
    } finally {
      stop.abort();
      await beating;
    }
  }

  /** The time is read before any task, so that no change between the two is missed. */
  async #createState(gateway: ServerGateway, dagId: number, maxConcurrentlyRunning: number): Promise<SwarmState> {
    const lastSync = await gateway.getServerTime(this.#callOptions);
    const { workflowId, workflowRunId } = gateway;
    const state = new SwarmState({ workflowId, workflowRunId, dagId, status: this.#status, maxConcurrentlyRunning });
    state.lastSync = lastSync;
    this.#state = state;
    return state;
  }

  #createHeartbeat(gateway: ServerGateway): HeartbeatService {
    return new HeartbeatService({
      gateway,
      interval: this.heartbeatInterval,
      reportByBuffer: this.heartbeatReportByBuffer,
      initialStatus: this.#status,
      clock: this.#clock,
      log: this.#log,
    });
  }

  #pageOptions(heartbeat: HeartbeatService, chunkSize: number): PageOptions {
    return {
      chunkSize,
      clock: this.#clock,
      callOptions: this.#callOptions,
      // Beats are on a timer, which long parsing may hold up: whatever is due goes out before the next request.
      beforeRequest: async () => {
        this.#signal?.throwIfAborted();
        if (heartbeat.isHeartbeatDue) await this.#beat(heartbeat);
        return !this.#mustStop();
      },
    };
  }

  async #beat(heartbeat: HeartbeatService): Promise<void> {
    this.#adopt((await heartbeat.tick(this.#callOptions)).workflowRunStatus);
  }

  #adopt(status: WorkflowRunStatus | undefined): void {
    if (status === undefined || !isRunNews(this.status, status)) return;
    this.#status = status;
    if (this.#state !== null) this.#state.status = status;
  }

  #mustStop(): boolean {
    return SERVER_STOP_STATUSES.includes(this.status) || TERMINATING_STATUSES.includes(this.status);
  }

  get #callOptions(): { signal?: AbortSignal } {
    return this.#signal ? { signal: this.#signal } : {};
  }
}
