import { routes } from '../../api/routes.ts';
import { isSkepError } from '../../core/errors.ts';
import { assignmentOf, endFields, ONCE, type ReportParts } from './parts.ts';
import { untilAnswered } from './persist.ts';
import type { Assignment, EndReport, Heartbeat, HeartbeatAnswer, Reports, StartReport } from './reports.ts';

/** Reports through the compatible routes, one request for each instance. */
export class SingleReports implements Reports {
  readonly #parts: ReportParts;

  constructor(parts: ReportParts) {
    this.#parts = parts;
  }

  async start({ taskInstanceId, distributorId }: StartReport): Promise<Assignment> {
    const { requester, clock, log, nodename, processId, reportIncrement } = this.#parts;
    const params = { task_instance_id: taskInstanceId };
    const body = {
      nodename,
      process_group_id: String(processId),
      next_report_increment: reportIncrement,
      ...(distributorId === null ? {} : { distributor_id: distributorId }),
    };
    const answer = await untilAnswered(() => requester.call(routes.logRunning, { params, body }, ONCE), clock, log);
    return assignmentOf(answer.task_instance);
  }

  async heartbeat(beats: readonly Heartbeat[]): Promise<HeartbeatAnswer> {
    const statuses = new Map<number, string>();
    await Promise.all(
      beats.map(async (beat) => {
        const status = await this.#beat(beat);
        if (status !== undefined) statuses.set(beat.taskInstanceId, status);
      }),
    );
    return { statuses, watched: [] };
  }

  /** An instance in triage is brought back by a sign of life first: some servers refuse its end otherwise. */
  async end(report: EndReport): Promise<string> {
    const status = await this.#sendEnd(report);
    if (status !== 'T') return status;
    await untilAnswered(() => this.#beat(report), this.#parts.clock, this.#parts.log);
    return this.#sendEnd(report);
  }

  async #beat({ taskInstanceId, distributorId, stdout, stderr }: Heartbeat): Promise<string | undefined> {
    const { requester, reportIncrement } = this.#parts;
    const params = { task_instance_id: taskInstanceId };
    const body = { next_report_increment: reportIncrement, stdout, stderr, distributor_id: distributorId };
    try {
      return (await requester.call(routes.logReportBy, { params, body }, ONCE)).status;
    } catch (error) {
      if (isSkepError(error, 'not_found')) return undefined;
      throw error;
    }
  }

  async #sendEnd(report: EndReport): Promise<string> {
    const { requester, clock, log, nodename } = this.#parts;
    const params = { task_instance_id: report.taskInstanceId };
    const fields = endFields(report, nodename);
    const error = { error_state: report.status, error_description: report.description ?? '' };
    const call =
      report.status === 'D'
        ? () => requester.call(routes.logDone, { params, body: fields }, ONCE)
        : () => requester.call(routes.logErrorWorkerNode, { params, body: { ...fields, ...error } }, ONCE);
    return (await untilAnswered(call, clock, log)).status;
  }
}
