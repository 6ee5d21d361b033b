/** What workers report in bulk. */
import type { BodyOf } from '../../api/route.ts';
import type { routes } from '../../api/routes.ts';
import type { Handlers } from '../handler.ts';
import { sparing } from '../operations/give-up.ts';
import { deadlineAfter } from '../operations/instance-writes.ts';
import { applyReports, endReport, heartbeatReport, startReport } from '../operations/reports.ts';
import { readResources } from '../operations/resources-text.ts';
import { assignmentsOf } from '../operations/task-instances.ts';
import { endAttributes, statusesOf, taskInstanceTuple, usageColumns } from './instance-wire.ts';

export const reportHandlers = {
  startTaskInstances({ body, services }) {
    const { nodename, process_group_id, next_report_increment } = body;
    const given = byId(body.task_instances);
    return services.database.write(async (unit) => {
      const starter = { nodename, process_group_id };
      const common = { ...starter, report_by_date: deadlineAfter(unit.now, next_report_increment) };
      await applyReports(unit, [...given.keys()], (row) =>
        startReport(row, { ...common, distributor_id: given.get(row.id)?.distributor_id ?? null }),
      );
      const assignments = await assignmentsOf(unit, [...given.keys()], starter);
      return { task_instances: assignments.map((found) => [taskInstanceTuple(found), readResources(found.resources)]) };
    });
  },

  heartbeatTaskInstances({ body, services }) {
    const given = byId(body.task_instances);
    return services.database.write(async (unit) => {
      const report_by_date = deadlineAfter(unit.now, body.next_report_increment);
      const outcomes = await applyReports(unit, [...given.keys()], (row) => {
        const { stdout, stderr, distributor_id } = given.get(row.id) ?? {};
        return heartbeatReport(row, { stdout, stderr, distributor_id, report_by_date });
      });
      const watched = services.onlookers.watchedAmong(given.keys());
      return { statuses: statusesOf(outcomes), ...(watched.length > 0 && { watched }) };
    });
  },

  endTaskInstances({ body, services }) {
    const given = byId(body.task_instances);
    return services.database.write(async (unit) => {
      const isSpared = await sparing(
        unit,
        [...given].flatMap(([id, { spares_try }]) => (spares_try ? [id] : [])),
      );
      const outcomes = await applyReports(unit, [...given.keys()], (row) => {
        const end = given.get(row.id) as EndReport;
        const report = endReport(
          end.status,
          { ...endAttributes(end), ...usageColumns(end.usage), ran_out: end.ran_out ?? null },
          end.error_description,
        );
        return { ...report, sparesTry: isSpared(row) };
      });
      return { statuses: statusesOf(outcomes) };
    });
  },
} satisfies Partial<Handlers>;

type EndReport = BodyOf<(typeof routes)['endTaskInstances']>['task_instances'][number];

/** The first report of each instance: a second one in the same request would be decided on an outdated status. */
function byId<Given extends { readonly task_instance_id: number }>(reports: readonly Given[]): Map<number, Given> {
  return new Map(reports.toReversed().map((report) => [report.task_instance_id, report]));
}
