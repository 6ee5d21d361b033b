/** What workers and distributors report about single task instances, and what they ask. */
import { toInteger } from '../../api/schemas.ts';
import { SkepError } from '../../core/errors.ts';
import { instanceIncrement } from '../../core/report-increments.ts';
import { timeText } from '../db/time.ts';
import type { Handlers, Services } from '../handler.ts';
import { instantiate, instantiatedBatches } from '../operations/batches.ts';
import type { InstanceRow } from '../operations/instance-rows.ts';
import { deadlineAfter } from '../operations/instance-writes.ts';
import { endReport, heartbeatReport, type Report, startReport } from '../operations/reports.ts';
import {
  applyReport,
  assignmentsOf,
  errorsOf,
  extendLaunched,
  findByStep,
  submittedReport,
  triageMessage,
  unknownErrorReport,
} from '../operations/task-instances.ts';
import { batchTuple, distributorText, endAttributes, taskInstanceTuple } from './instance-wire.ts';

export const instanceHandlers = {
  logRunning({ params, body, services }) {
    const id = params.task_instance_id;
    const process_group_id = processGroupOf(body.process_group_id);
    return services.database.write(async (unit) => {
      const report_by_date = deadlineAfter(unit.now, body.next_report_increment);
      const distributor_id = distributorText(body.distributor_id);
      const starter = { nodename: body.nodename ?? null, process_group_id };
      await applyReport(unit, id, (row) => startReport(row, { ...starter, distributor_id, report_by_date }));
      const [found] = await assignmentsOf(unit, [id], starter);
      if (found === undefined) throw new SkepError('not_found', `Task instance ${id} does not exist.`);
      return { task_instance: taskInstanceTuple(found) };
    });
  },

  logReportBy({ params, body, services }) {
    const { stdout, stderr } = body;
    const distributor_id = distributorText(body.distributor_id);
    return statusAfter(services, params.task_instance_id, (row, now) =>
      heartbeatReport(row, {
        stdout,
        stderr,
        distributor_id,
        report_by_date: deadlineAfter(now, body.next_report_increment),
      }),
    );
  },

  async getArrayTaskInstanceId({ params, services }) {
    const place = { arrayId: params.array_id, batch: params.batch_num, step: params.step_id };
    return { task_instance_id: await services.database.read((unit) => findByStep(unit, place)) };
  },

  async logReportByBatch({ body, services }) {
    const ids = (body.task_instance_ids ?? []).map(toInteger);
    await services.database.write((unit) => extendLaunched(unit, ids, body.next_report_increment));
    return {};
  },

  logDone({ params, body, services }) {
    return statusAfter(services, params.task_instance_id, () => endReport('D', endAttributes(body)));
  },

  logErrorWorkerNode({ params, body, services }) {
    return statusAfter(services, params.task_instance_id, () =>
      endReport(body.error_state, endAttributes(body), body.error_description),
    );
  },

  async getTaskInstanceErrorLog({ params, services }) {
    const errors = await services.database.read((unit) => errorsOf(unit, params.task_instance_id));
    return {
      task_instance_error_log: errors.map(({ id, error_time, description }) => [id, timeText(error_time), description]),
    };
  },

  logNoDistributorId({ params, body, services }) {
    return messageAfter(services, params.task_instance_id, 'W', () => ({
      requested: 'W',
      error: body.no_id_err_msg,
    }));
  },

  async logDistributorId({ params, body, services }) {
    const distributor_id = distributorText(body.distributor_id);
    await services.database.write((unit) => {
      const report_by_date = deadlineAfter(unit.now, body.next_report_increment);
      return applyReport(unit, params.task_instance_id, (row) =>
        submittedReport(row, { distributor_id, report_by_date }, unit.now),
      );
    });
    return { message: '' };
  },

  logKnownError({ params, body, services }) {
    const increment = instanceIncrement(services.config.heartbeat);
    return messageAfter(services, params.task_instance_id, body.error_state, (_row, now) =>
      body.error_state === 'R' ? stillRunningReport(body, deadlineAfter(now, increment)) : triageReport(body),
    );
  },

  logUnknownError({ params, body, services }) {
    return messageAfter(services, params.task_instance_id, body.error_state, (row, now) =>
      unknownErrorReport(row, triageReport(body), now),
    );
  },

  instantiateTaskInstances({ body, services }) {
    const ids = body.task_instance_ids.map(toInteger);
    return services.database.write(async (unit) => {
      await instantiate(unit, ids);
      const batches = await instantiatedBatches(unit, ids);
      return {
        task_instance_batches: batches.map(batchTuple),
      };
    });
  },
} satisfies Partial<Handlers>;

type ReportOf = (row: InstanceRow, now: number) => Report;

function applyTo({ database }: Services, id: number, reportOf: ReportOf) {
  return database.write((unit) => applyReport(unit, id, (row) => reportOf(row, unit.now)));
}

async function statusAfter(services: Services, id: number, reportOf: ReportOf): Promise<{ status: string }> {
  return { status: (await applyTo(services, id, reportOf)).after };
}

async function messageAfter(services: Services, id: number, requested: string, reportOf: ReportOf) {
  return { message: triageMessage(requested, await applyTo(services, id, reportOf)) };
}

interface TriageBody {
  readonly error_state: string;
  readonly error_message: string;
  readonly distributor_id?: string | number | null | undefined;
  readonly nodename?: string | null | undefined;
}

/** The cluster knows how a silent instance ended. */
function triageReport({ error_state, error_message, distributor_id, nodename }: TriageBody): Report {
  const attributes = { distributor_id: distributorText(distributor_id), nodename };
  return { requested: error_state, attributes, error: error_message };
}

/** The cluster says that a silent instance still runs: no error, and time for another heartbeat. */
function stillRunningReport({ distributor_id, nodename }: TriageBody, report_by_date: number): Report {
  return { requested: 'R', attributes: { distributor_id: distributorText(distributor_id), nodename, report_by_date } };
}

/** Peers send the number as text. */
function processGroupOf(value: string | number): number {
  if (/^\d{1,15}$/.test(String(value))) return Number(value);
  throw new SkepError('invalid_usage', `process_group_id must be an integer, not ${JSON.stringify(value)}.`);
}
