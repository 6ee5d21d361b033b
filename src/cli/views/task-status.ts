import { routes } from '../../api/routes.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { cellText, parseFrame } from '../output/frame.ts';
import { harmless } from '../output/terminal.ts';
import { withServer } from '../server/with-server.ts';
import { writeJson, writeTable } from './write.ts';

export interface TaskStatusOptions extends CommonOptions {
  readonly taskId: number[];
  readonly json?: boolean;
}

/** The attempts of tasks, their output files and their errors. */
export async function showTaskStatus(options: TaskStatusOptions, context: CommandContext): Promise<void> {
  const { task_instance_status: text } = await withServer(options, context, (requester) =>
    requester.call(routes.getTaskStatus, { query: { task_ids: options.taskId } }),
  );
  const rows = parseFrame(text);
  if (options.json) return writeJson(rows, context);
  if (rows.length === 0) {
    context.output.write(`No attempt of task ${options.taskId.join(', ')} yet, or no such task.\n`);
    return;
  }
  const columns = [
    { title: 'TASK', align: 'right' as const },
    { title: 'ATTEMPT', align: 'right' as const },
    { title: 'STATUS' },
    { title: 'ERROR', shrinkTo: 20 },
    { title: 'STDERR', shrinkTo: 12 },
  ];
  const cells = rows.map((row) => [
    cellText(row.TASK_ID),
    cellText(row.TASK_INSTANCE_ID),
    cellText(row.STATUS),
    firstLine(cellText(row.ERROR_TRACE)),
    cellText(row.STDERR),
  ]);
  writeTable(columns, cells, context);
  for (const row of rows) {
    const error = harmless(cellText(row.ERROR_TRACE)).trim();
    if (!error.includes('\n')) continue;
    context.output.write(`\nAttempt ${row.TASK_INSTANCE_ID} of task ${row.TASK_ID}:\n`);
    context.output.write(`${error.replace(/^/gm, '  ')}\n`);
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
