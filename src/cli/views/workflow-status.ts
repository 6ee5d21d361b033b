import { capabilitiesOf } from '../../api/capabilities.ts';
import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { type WorkflowStatusRow, workflowStatus } from '../../client/queries/workflow-status.ts';
import { WORKFLOW_STATUSES } from '../../core/status.ts';
import { userName } from '../../core/user-name.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { cellText, minuteText } from '../output/cell.ts';
import { harmless, widthOf } from '../output/terminal.ts';
import { withServer } from '../server/with-server.ts';
import { writeJson, writeTable } from './write.ts';

export interface WorkflowStatusOptions extends CommonOptions {
  readonly workflowId?: number[];
  readonly user?: string[];
  readonly limit?: number;
  readonly json?: boolean;
}

/** The counts of a row, and what they are called where there is little room. */
const COUNTS: Readonly<Record<string, string>> = {
  TASKS: 'TASKS',
  PENDING: 'PEND',
  SCHEDULED: 'SCHED',
  RUNNING: 'RUN',
  DONE: 'DONE',
  FATAL: 'FATAL',
  RETRIES: 'RETRY',
};

/** From this width on nothing has to be abbreviated. */
const ROOMY = 110;

/** Workflows with their tasks by status. */
export async function showWorkflowStatus(options: WorkflowStatusOptions, context: CommandContext): Promise<void> {
  const { workflowId: workflowIds, user: users = [userName(context.environment)], limit } = options;
  const { rows, paused } = await withServer(options, context, async (requester) => {
    const found = await workflowStatus(requester, { workflowIds, users, limit });
    return { rows: found, paused: await pausedAmong(requester, found) };
  });
  if (options.json)
    return writeJson(
      rows.map((row) => ({ ...row, PAUSED: paused.has(row.WF_ID) })),
      context,
    );
  if (rows.length === 0) {
    const whose = workflowIds ? `with id ${workflowIds.join(', ')}` : `of ${harmless(users.join(', '))}`;
    context.output.write(`No workflow ${whose}. Start one with: skep run FILE\n`);
    return;
  }
  const isRoomy = widthOf(context.output) >= ROOMY;
  const columns = [
    { title: 'ID', align: 'right' as const },
    { title: 'NAME', shrinkTo: 8 },
    { title: 'STATUS', shrinkTo: 8 },
    { title: 'CREATED', optional: 1 },
    ...Object.entries(COUNTS).map(([name, short]) => ({ title: isRoomy ? name : short, align: 'right' as const })),
  ];
  const cells = rows.map((row) => [
    cellText(row.WF_ID),
    cellText(row.WF_NAME),
    cellText(paused.has(row.WF_ID) ? `${row.WF_STATUS} (paused)` : row.WF_STATUS),
    dateText(row.CREATED_DATE).slice(isRoomy ? 0 : 'YYYY-'.length),
    ...Object.keys(COUNTS).map((name) => countText(row[name])),
  ]);
  writeTable(columns, cells, context);
}

/** A server with the compatible routes alone is not asked for the limit of each: then none is known to be paused. */
async function pausedAmong(requester: Requester, rows: readonly WorkflowStatusRow[]): Promise<ReadonlySet<number>> {
  const unfinished = rows.filter(({ WF_STATUS: status }) => status !== WORKFLOW_STATUSES.D.label);
  if (unfinished.length === 0 || (await capabilitiesOf(requester)) === undefined) return new Set();
  const query = { workflow_id: unfinished.map(({ WF_ID: id }) => id) };
  return new Set((await requester.call(routes.getPausedWorkflows, { query })).workflow_ids);
}

/** The server sends its date-times as milliseconds. */
function dateText(value: string | number | null | undefined): string {
  if (typeof value !== 'number') return cellText(value);
  return minuteText(value);
}

/** `4 (33.3%)` without the share: it can be seen from the counts, and a row has to fit into a terminal. */
function countText(value: string | number | null | undefined): string {
  return cellText(value).replace(/ \(.*\)$/, '');
}
