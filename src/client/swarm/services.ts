import { capabilitiesOf } from '../../api/capabilities.ts';
import type { OrchestratorConfig } from './config.ts';
import type { OrchestratorOptions } from './orchestrator.ts';
import { repeat } from './repeat.ts';
import { ChangeFeed } from './services/change-feed.ts';
import type { ChangeSource } from './services/change-source.ts';
import { HeartbeatService } from './services/heartbeat.ts';
import { Scheduler } from './services/scheduler.ts';
import { StatusPoller } from './services/status-poller.ts';
import { Synchronizer } from './services/synchronizer.ts';
import type { StateUpdate } from './state-update.ts';
import { Termination } from './termination.ts';
import type { Turn } from './turn.ts';

export type SwarmServicesOptions = Pick<OrchestratorOptions, 'state' | 'gateway' | 'clock' | 'log'> & {
  readonly config: OrchestratorConfig;
  readonly turn: Turn;
};

/** Shortest time in seconds between two full syncs. */
const SHORTEST_FULL_SYNC_INTERVAL = 1;

/** The services of one run, made when first used, and their background work. */
export class SwarmServices {
  readonly #options: SwarmServicesOptions;
  readonly #stop = new AbortController();
  readonly #background: Promise<void>[] = [];
  #heartbeat: HeartbeatService | undefined;
  #scheduler: Scheduler | undefined;
  #synchronizer: Synchronizer | undefined;
  #termination: Termination | undefined;
  #changes: ChangeSource | undefined;

  constructor(options: SwarmServicesOptions) {
    this.#options = options;
  }

  get heartbeat(): HeartbeatService {
    const { config, state } = this.#options;
    this.#heartbeat ??= new HeartbeatService({
      ...this.#options,
      interval: config.heartbeatInterval,
      reportByBuffer: config.heartbeatReportByBuffer,
      initialStatus: state.status,
    });
    return this.#heartbeat;
  }

  get scheduler(): Scheduler {
    this.#scheduler ??= new Scheduler(this.#options);
    return this.#scheduler;
  }

  get synchronizer(): Synchronizer {
    const { gateway, state, log } = this.#options;
    this.#synchronizer ??= new Synchronizer(gateway, state.tasks, state.arrays, log);
    return this.#synchronizer;
  }

  get termination(): Termination {
    const interval = this.#options.config.heartbeatInterval;
    this.#termination ??= new Termination({ ...this.#options, interval, fullSync: () => this.changes.fullSync() });
    return this.#termination;
  }

  /** Where news come from; there is none before {@link startListening}, which knows what the server can do. */
  get changes(): ChangeSource {
    this.#changes ??= this.#createPoller();
    return this.#changes;
  }

  startHeartbeats(onUpdate: (update: StateUpdate) => void): void {
    this.#background.push(this.heartbeat.runBackground(this.#stop.signal, onUpdate));
  }

  /** Starts what brings news: the feed of our own servers together with triage at heartbeat pace, or polling. */
  async startListening(onUpdate: (update: StateUpdate) => void): Promise<void> {
    const { gateway, config, clock, log } = this.#options;
    const { signal } = this.#stop;
    const hasFeed = (await capabilitiesOf(gateway.requester)) !== undefined;
    this.#changes ??= hasFeed ? new ChangeFeed(this.#options) : this.#createPoller();
    const { changes } = this;
    this.#background.push(changes.run(onUpdate, signal));
    if (hasFeed) {
      const action = () => this.synchronizer.requestTriageOnly({ signal });
      this.#background.push(repeat({ name: 'triage', interval: config.heartbeatInterval, action, signal, clock, log }));
    }
    const interval = Math.max(SHORTEST_FULL_SYNC_INTERVAL, config.wedgedWorkflowSyncInterval);
    const fullSync = { name: 'the full sync', interval, action: () => changes.fullSync(), signal, clock, log };
    this.#background.push(repeat(fullSync));
  }

  /** Ends all background work and waits for it. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#background);
  }

  #createPoller(): StatusPoller {
    const { synchronizer } = this;
    return new StatusPoller({ ...this.#options, synchronizer, interval: this.#options.config.heartbeatInterval });
  }
}
