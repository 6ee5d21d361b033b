import type { AnswerOf } from '../../api/route.ts';
import { routes } from '../../api/routes.ts';
import { requireExtensions } from '../../client/control/extensions.ts';
import { labelOf, WORKFLOW_STATUSES, type WorkflowStatus } from '../../core/status.ts';
import { userName } from '../../core/user-name.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { minuteText } from '../output/cell.ts';
import { withServer } from '../server/with-server.ts';
import { writeJson, writeTable } from './write.ts';

export interface WorkflowListOptions extends CommonOptions {
  readonly user?: string[];
  readonly allUsers?: boolean;
  readonly tool?: string[];
  /** Letters. */
  readonly status?: string[];
  readonly search?: string;
  readonly before?: number;
  readonly limit: number;
  readonly json?: boolean;
}

type Row = AnswerOf<typeof routes.listWorkflows>['workflows'][number];

/** The newest workflows, each on a line. */
export async function listWorkflows(options: WorkflowListOptions, context: CommandContext): Promise<void> {
  const { allUsers, tool, status, search, before, limit } = options;
  const user = allUsers ? undefined : (options.user ?? [userName(context.environment)]);
  const query = { user, tool, status, search, before, limit };
  const { workflows, next } = await withServer(options, context, async (requester) => {
    await requireExtensions(requester, 'list workflows');
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    return requester.call(routes.listWorkflows, { query: Object.fromEntries(given) });
  });
  if (options.json) return writeJson(workflows, context);
  const { output } = context;
  if (workflows.length === 0) {
    output.write('No such workflow. Start one with: skep run FILE\n');
    return;
  }
  const columns = [
    { title: 'ID', align: 'right' as const },
    { title: 'NAME', shrinkTo: 8 },
    { title: 'STATUS', shrinkTo: 8 },
    { title: 'USER', optional: 3 },
    { title: 'DONE', align: 'right' as const, optional: 1 },
    { title: 'TASKS', align: 'right' as const, optional: 2 },
    { title: 'FAILED', align: 'right' as const },
    { title: 'CHANGED', optional: 4 },
  ];
  writeTable(columns, workflows.map(cellsOf), context);
  if (next !== null) output.write(`Older ones: --before ${next}\n`);
}

function cellsOf(row: Row): string[] {
  const { workflow_id: id, name, user, tasks, counts, paused, live, status_changed: changed } = row;
  const status = labelOf(WORKFLOW_STATUSES, row.status as WorkflowStatus);
  const share = tasks === 0 ? '–' : `${Math.floor((100 * counts.DONE) / tasks)} %`;
  return [
    String(id),
    name ?? '',
    paused && live ? `${status} (paused)` : status,
    user ?? '',
    share,
    tasks.toLocaleString('en-US'),
    counts.FATAL === 0 ? '–' : counts.FATAL.toLocaleString('en-US'),
    minuteText(changed),
  ];
}
