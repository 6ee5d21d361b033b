import { routes } from '../../api/routes.ts';
import { requireExtensions } from '../../client/control/extensions.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { minuteText } from '../output/cell.ts';
import { knownWorkflow } from '../server/known-workflow.ts';
import { withServer } from '../server/with-server.ts';
import { writeJson, writeTable } from './write.ts';

export interface WorkflowChangesOptions extends CommonOptions {
  readonly workflowId: number;
  readonly limit: number;
  readonly before?: number;
  readonly json?: boolean;
}

/** What people changed about many tasks of a workflow, newest first. @throws SkepError not_found, extension_missing */
export async function showWorkflowChanges(options: WorkflowChangesOptions, context: CommandContext): Promise<void> {
  const { workflowId, limit, before } = options;
  const { changes, next } = await withServer(options, context, async (requester) => {
    await requireExtensions(requester, 'list changes');
    await knownWorkflow(requester, workflowId);
    const query = { limit, ...(before !== undefined && { before }) };
    return requester.call(routes.listChanges, { params: { workflow_id: workflowId }, query });
  });
  if (options.json) return writeJson(changes, context);
  if (changes.length === 0) {
    const older = before === undefined ? '' : ` before change ${before}`;
    context.output.write(`Nobody has changed many tasks of workflow ${workflowId} at once${older}.\n`);
    return;
  }
  const columns = [
    { title: 'CHANGE', align: 'right' as const },
    { title: 'TIME (UTC)', optional: 1 },
    { title: 'USER', shrinkTo: 6 },
    { title: 'FROM', shrinkTo: 6, optional: 2 },
    { title: 'ACTION' },
    { title: 'TASKS', align: 'right' as const },
    { title: 'WHICH', shrinkTo: 16 },
    { title: 'RESOURCES', shrinkTo: 12 },
  ];
  const cells = changes.map((change) => [
    String(change.change_id),
    minuteText(change.time),
    change.user,
    change.origin ?? '',
    VERBS[change.action],
    countText(change),
    `${change.filter}${change.recursive ? ', and all that depends on them' : ''}`,
    change.resources ?? '',
  ]);
  writeTable(columns, cells, context);
  if (next !== null) context.output.write(`Older ones: --before ${next}\n`);
}

const VERBS = { reset: 'reset', mark_done: 'done', retry: 'retry' } as const;

/** A change that is not finished was cut off, or somebody is at work on it. */
function countText({ changed, tasks, finished }: { changed: number; tasks: number; finished: number | null }): string {
  const done = changed.toLocaleString('en-US');
  return finished === null ? `${done} of ${tasks.toLocaleString('en-US')}` : done;
}
