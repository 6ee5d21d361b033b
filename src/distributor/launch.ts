/** From queued instances to jobs of the cluster. Source: distributor-worker §5.1, §5.2, §7. */
import { capabilitiesOf } from '../api/capabilities.ts';
import { routes } from '../api/routes.ts';
import type { Span } from '../api/tracing/tracer.ts';
import { messageOf } from '../core/errors.ts';
import { leaseIn } from '../core/lease.ts';
import { instanceIncrement } from '../core/report-increments.ts';
import { PROTOCOL_VERSION } from '../core/version.ts';
import { adoptOpenInstances } from './adoption.ts';
import { type Batch, Batches, type BatchTuple } from './batches.ts';
import type { Step } from './clusters/cluster.ts';
import { isClusterError } from './clusters/errors.ts';
import { chunksOf, forEachLimited } from './concurrency.ts';
import type { Instance } from './instances.ts';
import { CHUNK, type DistributorParts } from './parts.ts';
import { resolveSteps } from './steps.ts';

/** Batches that are launched at once, and single reports on their way at once. */
const LAUNCHES = 4;
const REPORTS = 10;
/** Failures that may pass, after which the attempt is given up all the same. */
const PATIENCE = 5;
/**
 * Milliseconds that a report of a launch gives way to the worker, which on this machine asks for its command at this moment:
 * somebody waits for that answer, and nobody for this one.
 */
const PRECEDENCE = 3;
/** Milliseconds before a batch is tried again; doubled each time up to the longest. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 60_000;

type Resources = Readonly<Record<string, unknown>>;

export class Launcher {
  readonly #parts: DistributorParts;
  readonly #batches = new Batches();
  readonly #resources = new Map<number, Promise<Resources>>();
  readonly #givenUp = new Set<number>();
  /** Those that an earlier distributor of the run took, and of which nobody said that they were submitted. */
  readonly #takenEarlier = new Set<number>();

  constructor(parts: DistributorParts) {
    this.#parts = parts;
  }

  /**
   * Takes all queued instances. Those that were taken by a request whose answer was lost are asked for again: the server
   * answers the same. A batch counts as complete only when every request was answered.
   */
  async instantiate(): Promise<void> {
    const { instances, requester } = this.#parts;
    const taken = instances.in('I').filter(({ batch }) => batch === undefined);
    const ids = [...instances.in('Q'), ...taken].map(({ id }) => id).sort((a, b) => a - b);
    for (const chunk of chunksOf(ids, CHUNK)) {
      const body = { task_instance_ids: chunk };
      const { task_instance_batches } = await requester.call(routes.instantiateTaskInstances, { body });
      for (const tuple of task_instance_batches) this.#take(tuple, 'gathering');
    }
    this.#batches.complete();
  }

  /**
   * Takes over batches that the server has taken for us, as whole as they are queued.
   * @returns true when there was anything that we did not have yet.
   */
  takeOver(batches: readonly BatchTuple[]): boolean {
    return batches.filter((tuple) => this.#take(tuple, 'ready')).length > 0;
  }

  /**
   * Goes on with what earlier distributors of the run have taken: what was submitted is looked after from here on, and what
   * may have been is looked for before it is submitted.
   */
  async adopt(): Promise<void> {
    const taken = await adoptOpenInstances(this.#parts, (id) => this.#resourcesOf(id));
    for (const id of taken) this.#takenEarlier.add(id);
  }

  /**
   * Launches the batches that are due.
   * @returns milliseconds until the next batch is due; undefined: none waits.
   */
  async launchReady(): Promise<number | undefined> {
    const { clock } = this.#parts;
    const now = clock.monotonic();
    const due = this.#batches.ready().filter(({ notBefore }) => notBefore <= now);
    await forEachLimited(due, LAUNCHES, (batch) => this.#launch(batch));
    const waiting = this.#batches.ready().map(({ notBefore }) => notBefore);
    return waiting.length === 0 ? undefined : Math.max(0, Math.min(...waiting) - clock.monotonic());
  }

  /** Those that we had already, or have given up since the answer was made, stay as they are. */
  #take(tuple: BatchTuple, state: 'gathering' | 'ready'): boolean {
    const { instances } = this.#parts;
    const [arrayId, arrayName, batchNumber, resourcesId, ids, steps] = tuple;
    const isNew = (id: number) => !this.#givenUp.has(id) && instances.get(id)?.batch === undefined;
    const places = ids.flatMap((id, place) => (isNew(id) ? [place] : []));
    if (places.length === 0) return false;
    const newIds = places.map((place) => ids[place] as number);
    const newSteps = steps === undefined ? [] : [places.map((place) => steps[place] as number)];
    const batch = this.#batches.add(
      [arrayId, arrayName, batchNumber, resourcesId, newIds, ...newSteps] as BatchTuple,
      state,
    );
    for (const id of newIds) {
      instances.set(id, 'I');
      const instance = instances.get(id);
      if (instance !== undefined) instance.batch = batch;
      if (this.#takenEarlier.delete(id)) batch.mayExist = batch.isUncertain = true;
    }
    return true;
  }

  async #launch(batch: Batch): Promise<void> {
    const { log } = this.#parts;
    const { arrayId, batchNumber } = batch;
    batch.state = 'launching';
    const span = this.#startSpan(batch);
    try {
      const ids = await this.#submit(batch, span?.traceparent);
      batch.state = 'submitted';
      batch.isUncertain = false;
      span?.event('submitted', { 'skep.attempts': ids.size });
      if (ids.size > 0) await this.#reportLaunched(batch, ids);
      span?.end();
      log.info({ array_id: arrayId, batch_number: batchNumber, count: ids.size }, 'Launched a batch');
      this.#batches.remove(batch);
    } catch (error) {
      span?.end(messageOf(error));
      await this.#fail(batch, error);
    }
  }

  #startSpan({ arrayId, batchNumber, steps }: Batch): Span | undefined {
    const { trace, workflowRunId } = this.#parts;
    const attributes = { 'skep.array_id': arrayId, 'skep.batch_number': batchNumber, 'skep.attempts': steps.size };
    const all = { ...attributes, 'skep.workflow_run_id': workflowRunId };
    return trace?.tracer.start('submit', { parent: trace.span.context, attributes: all });
  }

  /** Submits those of the batch that still wait and gives their distributor ids by instance id. */
  async #submit(batch: Batch, traceparent: string | undefined): Promise<Map<number, string>> {
    const { cluster, instances, requester, claim } = this.#parts;
    if (this.#stepsOf(batch).length === 0) return new Map();
    const resources = await this.#resourcesOf(batch.resourcesId);
    batch.lease = leaseIn(resources);
    await resolveSteps(batch, requester);
    const steps = this.#stepsOf(batch); // Some may have been ended meanwhile.
    if (steps.length === 0) return new Map();
    const name = `${batch.arrayName}-${batch.batchNumber}`;
    const { arrayId, batchNumber, mayExist } = batch;
    const workerArguments = workerArgumentsOf(batch, cluster.clusterName);
    await claim?.confirm();
    const submission = { arrayId, batchNumber, name, resources, steps, mayExist, workerArguments, traceparent };
    const byStep = await cluster.submit(submission);
    const ids = new Map<number, string>();
    for (const { step, taskInstanceId } of steps) {
      const distributorId = byStep.get(step);
      if (distributorId === undefined) continue;
      ids.set(taskInstanceId, distributorId);
      const instance = instances.get(taskInstanceId);
      if (instance !== undefined) instances.submitted(instance, distributorId);
    }
    return ids;
  }

  /**
   * Those to submit: what waits; and where the cluster may have taken the batch without saying so, also what has begun
   * meanwhile: without its id in the cluster nobody could ask for it.
   */
  #stepsOf(batch: Batch, statuses = batch.isUncertain ? 'IRT' : 'I'): Step[] {
    const { instances } = this.#parts;
    const isMeant = (instance: Instance | undefined) =>
      instance !== undefined && instance.distributorId === undefined && statuses.includes(instance.status);
    return [...batch.steps]
      .filter(([id]) => isMeant(instances.get(id)))
      .map(([taskInstanceId, step = -1]) => ({ step, taskInstanceId }));
  }

  #resourcesOf(id: number): Promise<Resources> {
    const known = this.#resources.get(id);
    if (known !== undefined) return known;
    const asked = this.#askForResources(id);
    this.#resources.set(id, asked);
    asked.catch(() => this.#resources.delete(id));
    return asked;
  }

  async #askForResources(id: number): Promise<Resources> {
    const params = { task_resources_id: id };
    const { requested_resources, queue_name } = await this.#parts.requester.call(routes.getTaskResources, { params });
    return { ...requested_resources, queue: queue_name };
  }

  /** The jobs exist from here on, so the reports are repeated until they arrive, and nothing is submitted twice. */
  async #reportLaunched(batch: Batch, ids: ReadonlyMap<number, string>): Promise<void> {
    const { instances, clock, log, signal } = this.#parts;
    await clock.sleep(PRECEDENCE, signal);
    for (let wait = FIRST_WAIT; !signal.aborted; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      try {
        await this.#tellLaunched(batch, Object.fromEntries(ids));
        break;
      } catch (error) {
        log.warn({ error: messageOf(error), wait }, 'A launch could not be reported and will be again');
        await clock.sleep(wait, signal);
      }
    }
    for (const id of ids.keys()) if (instances.get(id)?.status === 'I') instances.set(id, 'O');
  }

  async #tellLaunched({ arrayId, batchNumber }: Batch, distributor_ids: Record<string, string>): Promise<void> {
    const { requester, config } = this.#parts;
    const params = { array_id: arrayId };
    const launched = { batch_number: batchNumber, next_report_increment: instanceIncrement(config.heartbeat) };
    if (await capabilitiesOf(requester)) {
      await requester.call(routes.launchBatch, { params, body: { ...launched, distributor_ids } });
      return;
    }
    await requester.call(routes.transitionToLaunched, { params, body: launched });
    await requester.call(routes.logDistributorIds, { params, body: distributor_ids });
  }

  async #fail(batch: Batch, error: unknown): Promise<void> {
    const { clock, log } = this.#parts;
    const waits = isClusterError(error, 'ClusterBusy', 'ClusterUnreachable');
    if (!waits) batch.failures++;
    if (isClusterError(error, 'ClusterUnreachable')) batch.isUncertain = true;
    if (isClusterError(error, 'SubmissionRefused') || batch.failures >= PATIENCE) return this.#giveUp(batch, error);
    const wait = Math.min(FIRST_WAIT * 2 ** batch.tries++, LONGEST_WAIT);
    batch.notBefore = clock.monotonic() + wait;
    batch.state = 'ready';
    const { arrayId: array_id, batchNumber: batch_number } = batch;
    log.warn({ array_id, batch_number, wait, error: messageOf(error) }, 'A launch failed and will be tried again');
  }

  /** The attempt is over before it began: W, with the reason. */
  async #giveUp(batch: Batch, error: unknown): Promise<void> {
    const { requester, instances, log } = this.#parts;
    const { arrayId: array_id, batchNumber: batch_number } = batch;
    log.error({ array_id, batch_number, error: messageOf(error) }, 'A launch is given up');
    const body = { no_id_err_msg: messageOf(error) };
    batch.state = 'ready'; // If these reports fail, the next look at the batch is the next try.
    await forEachLimited(this.#stepsOf(batch, 'I'), REPORTS, async ({ taskInstanceId }) => {
      await requester.call(routes.logNoDistributorId, { params: { task_instance_id: taskInstanceId }, body });
      this.#givenUp.add(taskInstanceId);
      instances.set(taskInstanceId, 'W');
    });
    this.#batches.remove(batch);
  }
}

/** Source: distributor-worker §8.1. */
function workerArgumentsOf({ arrayId, batchNumber }: Batch, clusterName: string): string[] {
  const program = ['worker_node_array', '--array_id', String(arrayId), '--batch_number', String(batchNumber)];
  return [...program, '--expected_jobmon_version', PROTOCOL_VERSION, '--cluster_name', clusterName];
}
