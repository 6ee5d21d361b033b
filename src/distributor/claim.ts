/** The right to distribute a run: on a server that keeps claims, at most one distributor has it at any time. */
import { capabilitiesOf } from '../api/capabilities.ts';
import type { Caller } from '../api/requester.ts';
import { routes } from '../api/routes.ts';
import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config.ts';
import { messageOf, SkepError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { nameOfThisProcess, type ProcessLauncher } from '../core/process.ts';
import { runIncrement } from '../core/report-increments.ts';
import { ALIVE_WORKFLOW_RUN_STATUSES, labelOf, WORKFLOW_RUN_STATUSES, type WorkflowRunStatus } from '../core/status.ts';

export interface ClaimParts {
  readonly workflowRunId: number;
  readonly requester: Caller;
  readonly config: Config;
  readonly clock: Clock;
  readonly processes: ProcessLauncher;
  readonly log: Logger;
}

/** Share of a claim's time that has to be left before something is submitted: the submission itself may take a while. */
const SURE = 0.5;
/** Attempts to tell the server that the run is free; if none arrives, the claim ends by itself. */
const RELEASE_ATTEMPTS = 2;

export class Claim {
  /** Another distributor had the run before, and may have left jobs. */
  readonly isTakeover: boolean;
  readonly #parts: ClaimParts;
  /** Monotonic milliseconds until which no other distributor can have the run. */
  #until: number;
  /** Called when another distributor has the run. */
  onLost: (error: SkepError) => void = () => {};

  /**
   * Claims a run; undefined against a server that keeps no claims. `fromOutside`: not for the client of the run, so that it is
   * refused where a distributor that makes no claims has the run.
   * @throws SkepError run_distributed naming the distributor that has it, not_found; and from outside run_over,
   * extension_missing.
   */
  static async take(parts: ClaimParts, { fromOutside }: { fromOutside: boolean }): Promise<Claim | undefined> {
    if (!(await capabilitiesOf(parts.requester))) {
      if (!fromOutside) return undefined;
      throw new SkepError('extension_missing', 'This server cannot tell whether another distributor has the run.');
    }
    const sent = parts.clock.monotonic();
    const { taken_over: isTakeover, workflow_run_status } = await ask(parts, fromOutside);
    const runStatus = workflow_run_status as WorkflowRunStatus;
    if (!fromOutside || ALIVE_WORKFLOW_RUN_STATUSES.includes(runStatus)) return new Claim(parts, sent, isTakeover);
    const label = labelOf(WORKFLOW_RUN_STATUSES, runStatus);
    throw new SkepError('run_over', `Workflow run ${parts.workflowRunId} is over: ${label}.`);
  }

  private constructor(parts: ClaimParts, sent: number, isTakeover: boolean) {
    this.#parts = parts;
    this.#until = sent + increment(parts) * 1000;
    this.isTakeover = isTakeover;
  }

  /** Repeats the claim. @throws SkepError run_distributed when another distributor has the run by now. */
  async renew(): Promise<void> {
    const sent = this.#parts.clock.monotonic();
    try {
      await ask(this.#parts, false);
    } catch (error) {
      if (error instanceof SkepError && error.code === 'run_distributed') this.onLost(error);
      throw error;
    }
    this.#until = sent + increment(this.#parts) * 1000;
  }

  /** To be awaited before anything is submitted: whoever stood still may have lost the run. @throws as {@link renew} */
  async confirm(): Promise<void> {
    const left = this.#until - this.#parts.clock.monotonic();
    if (left < SURE * increment(this.#parts) * 1000) await this.renew();
  }
}

/** Leaves the run to the next distributor, also where the answer to the claim never came. */
export async function releaseRun(parts: ClaimParts): Promise<void> {
  const { requester, workflowRunId: workflow_run_id, processes, log } = parts;
  const input = { params: { workflow_run_id }, body: { process: nameOfThisProcess(processes) } };
  try {
    await requester.call(routes.releaseRun, input, { attempts: RELEASE_ATTEMPTS });
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'The server was not told that the run is free; the claim ends by itself');
  }
}

async function ask(parts: ClaimParts, fromOutside: boolean) {
  const { requester, workflowRunId: workflow_run_id, processes } = parts;
  const body = {
    process: nameOfThisProcess(processes),
    next_report_increment: increment(parts),
    ...(fromOutside && { from_outside: true }),
  };
  const answer = await requester.call(routes.claimRun, { params: { workflow_run_id }, body });
  if (answer.granted) return answer;
  const run = `Workflow run ${workflow_run_id} is distributed by`;
  const sentence =
    answer.holder === null
      ? `${run} a distributor of another kind, started by its client.`
      : `${run} the process ${answer.holder} (<host>/<pid>@<start>), whose claim ends in ${Math.ceil(answer.seconds_left)} s unless it repeats it.`;
  throw new SkepError('run_distributed', sentence);
}

/** Seconds that a claim lasts. */
function increment({ config }: ClaimParts): number {
  return runIncrement(config.heartbeat);
}
