import type { AnswerOf } from '../../api/route.ts';
import { routes } from '../../api/routes.ts';
import { requireExtensions } from '../../client/control/extensions.ts';
import { labelOf, TASK_INSTANCE_STATUSES, type TaskInstanceStatus } from '../../core/status.ts';
import { formatDuration } from '../../core/units.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { harmless, paintFor } from '../output/terminal.ts';
import { withServer } from '../server/with-server.ts';
import { writeJson, writeTable } from './write.ts';

export interface TaskExplainOptions extends CommonOptions {
  readonly taskId: number;
  readonly json?: boolean;
}

type Attempt = AnswerOf<typeof routes.getTask>['attempts'][number];

/** Why a task does not run, or why it failed, and its attempts. */
export async function explainTask(options: TaskExplainOptions, context: CommandContext): Promise<void> {
  const { taskId } = options;
  const answer = await withServer(options, context, async (requester) => {
    await requireExtensions(requester, 'explain tasks');
    return requester.call(routes.getTask, { params: { task_id: taskId } });
  });
  if (options.json) return writeJson(answer, context);
  const { task, explanation, attempts, workflow_id: workflow } = answer;
  const { output } = context;
  const paint = paintFor(output);
  const oneLine = (text: string) => harmless(text).replace(/\s+/g, ' ');
  output.write(`${paint('bold', oneLine(task.name))} (task ${taskId} of workflow ${workflow})\n`);
  for (const sentence of explanation.sentences) output.write(`${harmless(sentence).trim().replace(/^/gm, '  ')}\n`);
  if (attempts.length === 0) return;
  output.write('\n');
  const titles = ['ATTEMPT', 'STATUS', 'JOB', 'MACHINE', 'RAN', 'MEMORY', 'ASKED FOR'];
  const columns = titles.map((title) => ({ title, ...(title === 'ASKED FOR' && { shrinkTo: 9, optional: 1 }) }));
  writeTable(columns, attempts.map(cellsOf), context);
  output.write(`Its output: skep task logs -t ${taskId}\n`);
}

function cellsOf(attempt: Attempt): string[] {
  const { run_time: seconds, memory, requested_resources: asked, queue } = attempt;
  const status = labelOf(TASK_INSTANCE_STATUSES, attempt.status as TaskInstanceStatus);
  return [
    String(attempt.task_instance_id),
    attempt.ran_out === null ? status : `${status} (${attempt.ran_out})`,
    attempt.distributor_id ?? '–',
    attempt.nodename ?? '–',
    seconds === null ? '–' : formatDuration(seconds),
    memory === null ? '–' : `${(memory / 2 ** 20).toFixed(0)} MiB`,
    [...Object.entries(asked).map(([name, value]) => `${name} ${String(value)}`), queue ?? ''].join(' ').trim(),
  ];
}
