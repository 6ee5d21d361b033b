import { type TaskStatusRow, taskStatus } from '../../client/queries/task-status.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { cellText } from '../output/cell.ts';
import { harmless } from '../output/terminal.ts';
import { withServer } from '../server/with-server.ts';
import { writeJson, writeTable } from './write.ts';

export interface TaskStatusOptions extends CommonOptions {
  readonly taskId: number[];
  readonly status?: string[];
  /** Most attempts of each task. */
  readonly limit?: number;
  readonly json?: boolean;
}

/** The attempts of tasks, their output files and their errors. */
export async function showTaskStatus(options: TaskStatusOptions, context: CommandContext): Promise<void> {
  const all = await withServer(options, context, (requester) =>
    taskStatus(requester, options.taskId, { statuses: options.status }),
  );
  const rows = options.limit === undefined ? all : lastAttempts(all, options.limit);
  if (options.json) return writeJson(rows, context);
  if (rows.length === 0) {
    context.output.write(
      `No ${options.status ? 'such ' : ''}attempt of task ${options.taskId.join(', ')} yet, or no such task.\n`,
    );
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

/** The rows of the last `limit` attempts of each task; an attempt with several errors has several rows. */
function lastAttempts(rows: readonly TaskStatusRow[], limit: number): TaskStatusRow[] {
  const attempts = Map.groupBy(rows, ({ TASK_ID }) => TASK_ID);
  return [...attempts.values()].flatMap((ofTask) => {
    const ids = [...new Set(ofTask.map(({ TASK_INSTANCE_ID }) => TASK_INSTANCE_ID))].sort((a, b) => a - b);
    const first = ids.at(-limit) ?? 0;
    return ofTask.filter(({ TASK_INSTANCE_ID }) => TASK_INSTANCE_ID >= first);
  });
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
