import { workflowTasks } from '../../client/queries/workflow-status.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { cellText } from '../output/cell.ts';
import { withServer } from '../server/with-server.ts';
import { writeJson, writeTable } from './write.ts';

export interface WorkflowTasksOptions extends CommonOptions {
  readonly workflowId: number;
  readonly status?: string[];
  readonly limit: number;
  readonly json?: boolean;
}

/** The tasks of a workflow, newest first. */
export async function showWorkflowTasks(options: WorkflowTasksOptions, context: CommandContext): Promise<void> {
  const rows = await withServer(options, context, (requester) =>
    workflowTasks(requester, options.workflowId, { limit: options.limit, statuses: options.status }),
  );
  if (options.json) return writeJson(rows, context);
  if (rows.length === 0) {
    const which = options.status ? ` with status ${options.status.join(' or ')}` : '';
    context.output.write(`Workflow ${options.workflowId} has no tasks${which}, or does not exist.\n`);
    return;
  }
  const columns = [
    { title: 'TASK', align: 'right' as const },
    { title: 'NAME', shrinkTo: 20 },
    { title: 'STATUS' },
    { title: 'RETRIES', align: 'right' as const },
  ];
  const cells = rows.map((row) => [row.TASK_ID, row.TASK_NAME, row.STATUS, row.RETRIES].map(cellText));
  writeTable(columns, cells, context);
  if (options.limit > 0 && rows.length === options.limit)
    context.output.write(`The newest ${options.limit}; all with -l 0.\n`);
}
