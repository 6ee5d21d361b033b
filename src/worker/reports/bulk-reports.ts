import { routes } from '../../api/routes.ts';
import { SkepError } from '../../core/errors.ts';
import { Batcher } from './batcher.ts';
import { assignmentOf, bulkEnd, ONCE, type ReportParts } from './parts.ts';
import { untilAnswered } from './persist.ts';
import type { Assignment, EndReport, Heartbeat, HeartbeatAnswer, Reports, StartReport } from './reports.ts';

/** Instances in one request. An end carries up to 80 KB of output, and a server takes bodies of 64 MiB. */
const LARGEST_START = 500;
const LARGEST_HEARTBEAT = 500;
const LARGEST_END = 200;

/** Reports through the extension routes: many instances in one request and one transaction. */
export class BulkReports implements Reports {
  readonly #parts: ReportParts;
  readonly #starts: Batcher<StartReport, Assignment | undefined>;
  readonly #ends: Batcher<EndReport, string | undefined>;

  constructor(parts: ReportParts) {
    this.#parts = parts;
    this.#starts = new Batcher((items) => this.#sendStarts(items), LARGEST_START, parts.clock);
    this.#ends = new Batcher((items) => this.#sendEnds(items), LARGEST_END, parts.clock);
  }

  async start(report: StartReport): Promise<Assignment> {
    return known(await this.#starts.add(report), report.taskInstanceId);
  }

  async end(report: EndReport): Promise<string> {
    return known(await this.#ends.add(report), report.taskInstanceId);
  }

  async heartbeat(beats: readonly Heartbeat[]): Promise<HeartbeatAnswer> {
    const statuses = new Map<number, string>();
    const watched: number[] = [];
    for (let start = 0; start < beats.length; start += LARGEST_HEARTBEAT) {
      const task_instances = beats.slice(start, start + LARGEST_HEARTBEAT).map((beat) => ({
        task_instance_id: beat.taskInstanceId,
        stdout: beat.stdout,
        stderr: beat.stderr,
        distributor_id: beat.distributorId,
      }));
      const body = { next_report_increment: this.#parts.reportIncrement, task_instances };
      const answer = await this.#parts.requester.call(routes.heartbeatTaskInstances, { body }, ONCE);
      for (const [id, status] of Object.entries(answer.statuses)) statuses.set(Number(id), status);
      watched.push(...(answer.watched ?? []));
    }
    return { statuses, watched };
  }

  async #sendStarts(items: readonly StartReport[]): Promise<readonly (Assignment | undefined)[]> {
    const { requester, clock, log, nodename, processId, reportIncrement } = this.#parts;
    const body = {
      nodename,
      process_group_id: processId,
      next_report_increment: reportIncrement,
      task_instances: items.map((item) => ({
        task_instance_id: item.taskInstanceId,
        distributor_id: item.distributorId,
      })),
    };
    const answer = await untilAnswered(() => requester.call(routes.startTaskInstances, { body }, ONCE), clock, log);
    const byId = new Map(answer.task_instances.map(([tuple, resources]) => [tuple[0], assignmentOf(tuple, resources)]));
    return items.map(({ taskInstanceId }) => byId.get(taskInstanceId));
  }

  async #sendEnds(items: readonly EndReport[]): Promise<readonly (string | undefined)[]> {
    const { requester, clock, log, nodename } = this.#parts;
    const body = {
      task_instances: items.map((item) => bulkEnd(item, nodename)),
    };
    const answer = await untilAnswered(() => requester.call(routes.endTaskInstances, { body }, ONCE), clock, log);
    return items.map(({ taskInstanceId }) => answer.statuses[taskInstanceId]);
  }
}

function known<Value>(value: Value | undefined, taskInstanceId: number): Value {
  if (value === undefined) throw new SkepError('not_found', `Task instance ${taskInstanceId} does not exist.`);
  return value;
}
