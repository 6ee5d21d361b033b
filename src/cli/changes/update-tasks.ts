import { changeTaskStatus } from '../../client/control/task-status.ts';
import { SkepError } from '../../core/errors.ts';
import { userName } from '../../core/user-name.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { plural } from '../output/terminal.ts';
import { withServer } from '../server/with-server.ts';
import { writeJson } from '../views/write.ts';

export interface UpdateOptions extends CommonOptions {
  readonly taskId: number[];
  readonly workflowId: number;
  readonly status: 'D' | 'G';
  readonly recursive?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

const LABELS = { D: 'DONE', G: 'REGISTERED' } as const;

/** Sets tasks to done, or to be run again with all that depends on them. */
export async function updateTasks(options: UpdateOptions, context: CommandContext): Promise<void> {
  const { taskId, workflowId, status, recursive, force } = options;
  if (recursive && !force) {
    throw new SkepError('invalid_usage', '--recursive changes tasks that are not named: confirm it with --force.');
  }
  const user = userName(context.environment);
  const { taskCount } = await withServer(options, context, (requester) =>
    changeTaskStatus(requester, { workflowId, taskIds: taskId, newStatus: status, force, recursive, user }),
  );
  if (options.json) {
    writeJson({ workflow_id: workflowId, status: LABELS[status], tasks: taskCount }, context);
    return;
  }
  const next = status === 'G' ? ` To run them: skep workflow resume -w ${workflowId}` : '';
  const verb = taskCount === 1 ? 'is' : 'are';
  context.output.write(`${plural(taskCount, 'task')} of workflow ${workflowId} ${verb} ${LABELS[status]}.${next}\n`);
}
