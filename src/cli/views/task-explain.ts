import { formatDuration } from '../../core/units.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { withServer } from '../server/with-server.ts';
import { type Attempt, askTask, attemptStatus, writeExplanation } from './ask-task.ts';
import { writeJson, writeTable } from './write.ts';

export interface TaskExplainOptions extends CommonOptions {
  readonly taskId: number;
  readonly json?: boolean;
}

/** Why a task does not run, or why it failed, and its attempts. */
export async function explainTask(options: TaskExplainOptions, context: CommandContext): Promise<void> {
  const { taskId } = options;
  const answer = await withServer(options, context, (requester) => askTask(requester, taskId, 'explain tasks'));
  if (options.json) return writeJson(answer, context);
  const { attempts } = answer;
  const { output } = context;
  writeExplanation(answer, context);
  if (attempts.length > 0) {
    output.write('\n');
    const titles = ['ATTEMPT', 'STATUS', 'JOB', 'MACHINE', 'RAN', 'MEMORY', 'ASKED FOR'];
    const columns = titles.map((title) => ({ title, ...(title === 'ASKED FOR' && { shrinkTo: 9, optional: 1 }) }));
    writeTable(columns, attempts.map(cellsOf), context);
    output.write(`Its output: skep task logs -t ${taskId}\n`);
  }
  output.write(`All about it: skep task show -t ${taskId}\n`);
}

function cellsOf(attempt: Attempt): string[] {
  const { run_time: seconds, memory, requested_resources: asked, queue } = attempt;
  return [
    String(attempt.task_instance_id),
    attemptStatus(attempt),
    attempt.distributor_id ?? '–',
    attempt.nodename ?? '–',
    seconds === null ? '–' : formatDuration(seconds),
    memory === null ? '–' : `${(memory / 2 ** 20).toFixed(0)} MiB`,
    [...Object.entries(asked).map(([name, value]) => `${name} ${String(value)}`), queue ?? ''].join(' ').trim(),
  ];
}
