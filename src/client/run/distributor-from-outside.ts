/** Waiting for a distributor that somebody else starts, and noticing that there is none. */
import { capabilitiesOf } from '../../api/capabilities.ts';
import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import type { Clock } from '../../core/clock.ts';
import type { Config } from '../../core/config.ts';
import { messageOf, SkepError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import { runIncrement } from '../../core/report-increments.ts';
import type { Distributor } from './distributor-process.ts';

export interface OutsideRequest {
  readonly workflowRunId: number;
  readonly requester: Requester;
  readonly heartbeat: Config['heartbeat'];
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  readonly log: Logger;
  /** Called when there is no distributor: at the beginning, and when one has gone and no other has come. */
  readonly onWanted: () => void;
}

/** Milliseconds between two looks whether it has come: somebody types a command meanwhile. */
const LOOK_INTERVAL = 500;
/** Statuses of a run whose distributor is not ready. */
const NOT_READY = ['B', 'I'];

/**
 * Resolves when a distributor is ready, however long that takes; the run is kept alive meanwhile. A later one may go on where it stopped, so
 * it counts as alive for as long as the run lasts.
 * @throws SkepError run_interrupted
 */
export async function awaitDistributor(request: OutsideRequest): Promise<Distributor> {
  const { clock, signal } = request;
  request.onWanted();
  while (NOT_READY.includes(await statusOf(request))) {
    await clock.sleep(LOOK_INTERVAL, signal);
    if (signal?.aborted) throw new SkepError('run_interrupted', 'The run was stopped before it had a distributor.');
  }
  const stopWatching = watch(request);
  return {
    alive: () => true,
    tail: () => '',
    stop: async () => {
      stopWatching();
      return true;
    },
  };
}

/** Asked with a sign of life, which any server answers with the status of the run. */
async function statusOf({ requester, workflowRunId, heartbeat, signal }: OutsideRequest): Promise<string> {
  const next_report_increment = runIncrement(heartbeat);
  const input = { params: { workflow_run_id: workflowRunId }, body: { status: 'B', next_report_increment } };
  return (await requester.call(routes.logWorkflowRunHeartbeat, input, { ...(signal && { signal }) })).status;
}

/** Tells once when a distributor is missing; a server without claims cannot say. The returned function ends it. */
function watch(request: OutsideRequest): () => void {
  const { requester, workflowRunId, heartbeat, clock, log, onWanted } = request;
  let isMissed = false;
  let cancel: () => void;
  const look = async () => {
    try {
      if (!(await capabilitiesOf(requester))) return;
      const params = { workflow_run_id: workflowRunId };
      const { holder } = await requester.call(routes.getDistributor, { params }, { attempts: 1 });
      if (holder === null && !isMissed) onWanted();
      isMissed = holder === null;
    } catch (error) {
      log.warn(
        { workflow_run_id: workflowRunId, error: messageOf(error) },
        'it is not known whether the run has a distributor',
      );
    }
  };
  const lookAgain = () => {
    cancel = clock.after(heartbeat.workflow_run_interval * 1000, lookAgain);
    void look();
  };
  cancel = clock.after(heartbeat.workflow_run_interval * 1000, lookAgain);
  return () => cancel();
}
