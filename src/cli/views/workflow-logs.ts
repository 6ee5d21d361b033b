import { type FilepathRow, getFilepaths } from '../../client/queries/task-status.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { harmless, paintFor } from '../output/terminal.ts';
import { withServer } from '../server/with-server.ts';
import { writeJson } from './write.ts';

export interface WorkflowLogsOptions extends CommonOptions {
  readonly workflowId: number;
  readonly array?: string;
  readonly job?: string;
  readonly limit: number;
  readonly json?: boolean;
}

/** The files that hold stdout and stderr of each attempt. No table: a path that is cut cannot be opened. */
export async function showWorkflowLogs(options: WorkflowLogsOptions, context: CommandContext): Promise<void> {
  const { workflowId, array, job, limit } = options;
  const rows = await withServer(options, context, (requester) =>
    getFilepaths(requester, workflowId, { arrayName: array, jobName: job, limit }),
  );
  if (options.json) {
    writeJson(rows, context);
    return;
  }
  const { output } = context;
  if (rows.length === 0) output.write(`Workflow ${workflowId} has no such attempt, or does not exist.\n`);
  for (const row of rows) output.write(`${attemptLines(row, context).join('\n')}\n`);
  if (limit > 0 && rows.length === limit) output.write(`Only the first ${limit}; all with -l 0.\n`);
}

function attemptLines(row: FilepathRow, { output }: CommandContext): string[] {
  const line = (text: string) => harmless(text).replace(/\s+/g, ' ');
  const paint = paintFor(output);
  const files = [
    { stream: 'stdout', path: row.OUTPUT_PATH },
    { stream: 'stderr', path: row.ERROR_PATH },
  ].filter(({ path }) => path !== '');
  return [
    paint('bold', `Attempt ${row.TASK_INSTANCE_ID} of task ${row.TASK_ID}, ${line(row.TASK_NAME)}`),
    ...files.map(({ stream, path }) => `  ${stream}  ${harmless(path)}`),
    ...(files.length === 0 ? ['  keeps no files (skep run --output-dir keeps them)'] : []),
  ];
}
