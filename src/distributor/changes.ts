/** How the distributor hears of its instances: through the server's feed, or by asking again and again. */
import { capabilitiesOf } from '../api/capabilities.ts';
import type { Requester } from '../api/requester.ts';
import { routes } from '../api/routes.ts';
import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config.ts';
import type { BatchTuple } from './batches.ts';
import { type Instances, TRACKED, type TrackedStatus } from './instances.ts';

export interface Changes {
  /** Status → instances that have it now. */
  readonly instances: Readonly<Record<string, readonly number[]>>;
  /** Those of these that the server has taken for us. */
  readonly batches: readonly BatchTuple[];
  /** Status of the run. */
  readonly run: string;
}

export interface ChangeSource {
  /**
   * Waits for the next changes (or for a while in vain). Each call is one attempt: its error is the caller's.
   * `wait` false: answers at once what is known now, and takes nothing.
   */
  next(options: { wait: boolean; signal?: AbortSignal }): Promise<Changes>;
}

export interface ChangeSourceOptions {
  readonly workflowRunId: number;
  readonly requester: Requester;
  readonly instances: Instances;
  readonly clock: Clock;
  readonly config: Config;
}

export async function changeSource(options: ChangeSourceOptions): Promise<ChangeSource> {
  return (await capabilitiesOf(options.requester)) ? new Feed(options) : new Poll(options);
}

/** Seconds for which the server keeps a waiting request, and what its answer may take beyond. */
const FEED_WAIT = 30;
const FEED_MARGIN = 15;
/** Seconds within which an immediate answer is of use. */
const IMMEDIATE = 5;

class Feed implements ChangeSource {
  readonly #options: ChangeSourceOptions;
  #cursor = 0;

  constructor(options: ChangeSourceOptions) {
    this.#options = options;
  }

  async next({ wait, signal }: { wait: boolean; signal?: AbortSignal }): Promise<Changes> {
    const { requester, workflowRunId } = this.#options;
    const answer = await requester.call(
      routes.getTaskInstanceChanges,
      {
        params: { workflow_run_id: workflowRunId },
        body: { cursor: this.#cursor, wait_seconds: wait ? FEED_WAIT : 0, take: wait },
      },
      { attempts: 1, timeout: wait ? FEED_WAIT + FEED_MARGIN : IMMEDIATE, ...(signal && { signal }) },
    );
    this.#cursor = answer.cursor;
    const { task_instances_by_status: instances, task_instance_batches: batches, workflow_run_status: run } = answer;
    return { instances, batches, run };
  }
}

/** Milliseconds between two looks at the queued instances: the shortest after news, doubled up to the longest. */
const SHORTEST_WAIT = 50;
const LONGEST_WAIT = 2000;

/**
 * Polls `sync_status`: the queued instances often, because everybody waits for those, the other statuses every
 * `distributor.poll_interval`. Source: distributor-worker §4, §12 (D1, D2).
 */
class Poll implements ChangeSource {
  readonly #options: ChangeSourceOptions;
  #wait = 0;
  #nextFullLook = 0;
  #run = 'O';

  constructor(options: ChangeSourceOptions) {
    this.#options = options;
  }

  async next({ wait, signal }: { wait: boolean; signal?: AbortSignal }): Promise<Changes> {
    const { clock, config } = this.#options;
    if (wait) await clock.sleep(this.#wait, signal);
    const isFull = !wait || clock.monotonic() >= this.#nextFullLook;
    const instances: Record<string, number[]> = {};
    for (const status of isFull ? TRACKED : (['Q'] as const)) {
      for (const [now, ids] of Object.entries(await this.#look(status, signal))) {
        instances[now] = [...(instances[now] ?? []), ...ids];
      }
    }
    if (isFull) {
      this.#run = await this.#runStatus(signal);
      this.#nextFullLook = clock.monotonic() + config.distributor.poll_interval * 1000;
    }
    const longest = Math.min(LONGEST_WAIT, config.distributor.poll_interval * 1000);
    const news = Object.keys(instances).length > 0;
    this.#wait = news ? SHORTEST_WAIT : Math.min(Math.max(2 * this.#wait, SHORTEST_WAIT), longest);
    return { instances, batches: [], run: this.#run };
  }

  async #look(status: TrackedStatus, signal: AbortSignal | undefined): Promise<Record<string, number[]>> {
    const { requester, workflowRunId, instances } = this.#options;
    const body = { task_instance_ids: instances.in(status).map(({ id }) => id), status };
    const params = { workflow_run_id: workflowRunId };
    const answer = await requester.call(
      routes.syncStatus,
      { params, body },
      { attempts: 1, ...(signal && { signal }) },
    );
    return answer.status_updates;
  }

  /** There is no route that reads it, but a wish for a status that the run has left behind is refused with the answer. */
  async #runStatus(signal: AbortSignal | undefined): Promise<string> {
    const { requester, workflowRunId } = this.#options;
    const params = { workflow_run_id: workflowRunId };
    const options = { attempts: 1, ...(signal && { signal }) };
    return (await requester.call(routes.updateWorkflowRunStatus, { params, body: { status: 'O' } }, options)).status;
  }
}
