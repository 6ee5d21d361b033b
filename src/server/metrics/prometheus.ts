/** The metrics in the form that Prometheus reads. The only file that knows its library, and loaded when it is needed. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import {
  type StatusInfo,
  TASK_INSTANCE_STATUSES,
  TASK_STATUSES,
  WORKFLOW_RUN_STATUSES,
  WORKFLOW_STATUSES,
} from '../../core/status.ts';
import { SKEP_VERSION } from '../../core/version.ts';
import type { PoolLoad } from '../db/read-pool.ts';
import type { WriteGroup } from '../db/write-queue.ts';
import type { Services } from '../handler.ts';
import { countByStatus, type StatusCounts } from '../operations/status-counts.ts';
import type { Readiness } from '../readiness.ts';
import { Latest } from './latest.ts';
import { METRICS, type Metric, type MetricKey } from './table.ts';
import type { AnsweredRequest, Traffic } from './traffic.ts';

export interface MeasuredParts {
  readonly services: Pick<Services, 'database' | 'clock' | 'log'>;
  readonly traffic: Traffic;
  readonly readiness: Readiness;
}

interface Looked {
  readonly counts: StatusCounts;
  readonly bytes: number;
}

export class PrometheusMetrics {
  readonly #parts: MeasuredParts;
  readonly #registry = new Registry();
  readonly #metrics: ReadonlyMap<MetricKey, Counter | Gauge | Histogram>;
  readonly #looked: Latest<Looked>;
  readonly #stopListening: () => void;

  /** Counts from here on. */
  constructor(parts: MeasuredParts) {
    const { services, traffic } = parts;
    const { database, clock } = services;
    this.#parts = parts;
    const keys = Object.keys(METRICS) as MetricKey[];
    this.#metrics = new Map(keys.map((key) => [key, makeMetric(METRICS[key], this.#registry)]));
    collectDefaultMetrics({ register: this.#registry });
    this.#looked = new Latest(clock, async () => ({
      counts: await database.readHeavy(countByStatus),
      bytes: await database.size(),
    }));
    traffic.onAnswered = (request) => this.#countRequest(request);
    this.#stopListening = database.onGroup((group) => this.#countGroup(group));
    this.#gauge('build').set({ version: SKEP_VERSION }, 1);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics as text. What the database cannot be asked for is left out. */
  async text(): Promise<string> {
    this.#readLoad();
    try {
      this.#showLooked(await this.#looked.take());
    } catch (error) {
      this.#parts.services.log.warn({ err: error }, 'The counts by status cannot be read');
      this.#showLooked(undefined);
    }
    // The library writes a mean of nothing as `Nan`, which strict readers refuse.
    return (await this.#registry.metrics()).replace(/ Nan$/gm, ' NaN');
  }

  close(): void {
    this.#stopListening();
    this.#parts.traffic.onAnswered = () => {};
    this.#registry.clear();
  }

  #countRequest({ route, waits, status, seconds, code }: AnsweredRequest): void {
    const status_class = `${Math.floor(status / 100)}xx`;
    this.#histogram(waits ? 'waitDuration' : 'requestDuration').observe({ route, status_class }, seconds);
    if (code !== undefined) this.#counter('errors').inc({ code });
  }

  #countGroup({ works, milliseconds, isCommitted }: WriteGroup): void {
    if (isCommitted && works === 0) return; // There was nothing to write.
    this.#counter('writes').inc(works);
    if (isCommitted) this.#histogram('commitDuration').observe(milliseconds / 1000);
    else this.#counter('failedCommits').inc();
  }

  #readLoad(): void {
    const { services, traffic, readiness } = this.#parts;
    const { waitingWrites, reads, heavyReads } = services.database.load;
    for (const [kind, count] of Object.entries(traffic.inFlight)) this.#gauge('inFlight').set({ kind }, count);
    this.#gauge('waitingWrites').set(waitingWrites);
    this.#showPool('reads', reads);
    if (heavyReads !== undefined) this.#showPool('heavy_reads', heavyReads);
    this.#gauge('ready').set(readiness.isDraining ? 0 : 1);
  }

  #showPool(pool: string, { waiting, ...states }: PoolLoad): void {
    this.#gauge('waitingReads').set({ pool }, waiting);
    for (const [state, count] of Object.entries(states)) this.#gauge('readConnections').set({ pool, state }, count);
  }

  #showLooked(looked: { readonly value: Looked; readonly age: number } | undefined): void {
    for (const key of ['workflows', 'workflowRuns', 'tasks', 'taskInstances', 'databaseSize', 'countsAge'] as const) {
      // A labelled one has no series then; one without labels would show 0.
      if (METRICS[key].labels.length > 0) this.#gauge(key).reset();
      else this.#gauge(key).remove();
    }
    if (looked === undefined) return;
    const { counts, bytes } = looked.value;
    this.#showCounts('workflows', WORKFLOW_STATUSES, counts.workflow);
    this.#showCounts('workflowRuns', WORKFLOW_RUN_STATUSES, counts.workflow_run);
    this.#showCounts('tasks', TASK_STATUSES, counts.task);
    this.#showCounts('taskInstances', TASK_INSTANCE_STATUSES, counts.task_instance);
    this.#gauge('databaseSize').set(bytes);
    this.#gauge('countsAge').set(looked.age);
  }

  /** Every status, so that one that has gone is seen to be 0. A letter of others, which a peer may have written, is `other`. */
  #showCounts(
    key: MetricKey,
    statuses: Readonly<Record<string, StatusInfo>>,
    counts: ReadonlyMap<string, number>,
  ): void {
    for (const [letter, { label }] of Object.entries(statuses)) {
      this.#gauge(key).set({ status: label }, counts.get(letter) ?? 0);
    }
    const others = [...counts].filter(([letter]) => !(letter in statuses)).map(([, count]) => count);
    if (others.length > 0)
      this.#gauge(key).set(
        { status: 'other' },
        others.reduce((sum, count) => sum + count),
      );
  }

  #gauge(key: MetricKey): Gauge {
    return this.#metrics.get(key) as Gauge;
  }

  #counter(key: MetricKey): Counter {
    return this.#metrics.get(key) as Counter;
  }

  #histogram(key: MetricKey): Histogram {
    return this.#metrics.get(key) as Histogram;
  }
}

function makeMetric({ name, kind, meaning, labels, buckets = [] }: Metric, registry: Registry) {
  const common = { name, help: meaning, labelNames: [...labels], registers: [registry] };
  if (kind === 'histogram') return new Histogram({ ...common, buckets: [...buckets] });
  return kind === 'counter' ? new Counter(common) : new Gauge(common);
}
