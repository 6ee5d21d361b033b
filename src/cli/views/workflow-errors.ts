import type { AnswerOf } from '../../api/route.ts';
import { routes } from '../../api/routes.ts';
import { requireExtensions } from '../../client/control/extensions.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { clip, harmless, paintFor, plural, widthOf, wrapWords } from '../output/terminal.ts';
import { knownWorkflow } from '../server/known-workflow.ts';
import { withServer } from '../server/with-server.ts';
import { writeJson } from './write.ts';

export interface WorkflowErrorsOptions extends CommonOptions {
  readonly workflowId: number;
  readonly limit: number;
  readonly json?: boolean;
}

type Group = AnswerOf<typeof routes.getErrorGroups>['groups'][number];

/** Lines of an error that are shown: the last ones say what went wrong, as those of a traceback do. */
const LINES = 6;

/** The errors of a workflow, like ones together. */
export async function showWorkflowErrors(options: WorkflowErrorsOptions, context: CommandContext): Promise<void> {
  const { workflowId, limit } = options;
  const answer = await withServer(options, context, async (requester) => {
    await requireExtensions(requester, 'put errors together');
    await knownWorkflow(requester, workflowId);
    return requester.call(routes.getErrorGroups, { params: { workflow_id: workflowId }, query: { limit } });
  });
  if (options.json) return writeJson(answer, context);
  const { output } = context;
  const { groups, errors, grouped } = answer;
  if (groups.length === 0) {
    output.write(`No attempt of workflow ${workflowId} has failed.\n`);
    return;
  }
  const rest = grouped < errors ? `; the newest ${grouped.toLocaleString('en-US')} were put together` : '';
  output.write(`${plural(errors, 'error')} of workflow ${workflowId}${rest}.\n`);
  for (const group of groups) output.write(`\n${linesOf(workflowId, group, context).join('\n')}\n`);
  if (groups.length === limit) output.write(`\nMore kinds, if there are: --limit ${2 * limit}\n`);
}

function linesOf(
  workflowId: number,
  { errors, tasks, fatal, templates, text, task_id: task, error_group: group }: Group,
  { output }: CommandContext,
): string[] {
  const paint = paintFor(output);
  const count = errors === 1 ? 'Once' : `Same error × ${errors.toLocaleString('en-US')}`;
  const lost = fatal === 0 ? '' : `, ${plural(fatal, 'task')} failed for good`;
  const where = harmless(templates.join(', ')).replace(/\s+/g, ' ');
  const lines = harmless(text).trim().split('\n');
  const shown = lines.length > LINES ? ['…', ...lines.slice(1 - LINES)] : lines;
  return [
    ...wrapWords(`${count} in ${plural(tasks, 'task')} of ${where}${lost}`, widthOf(output)).map((line) =>
      paint('bold', line),
    ),
    ...shown.map((line) => clip(`  │ ${line}`, widthOf(output))),
    `  skep task explain -t ${task}`,
    ...(fatal === 0 ? [] : [`  skep task retry -w ${workflowId} --error-group ${group}`]),
  ];
}
