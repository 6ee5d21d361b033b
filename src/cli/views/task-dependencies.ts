import { getTaskDependencies, type Neighbour } from '../../client/queries/task-graph.ts';
import { labelOfTask } from '../../core/task-label.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { withServer } from '../server/with-server.ts';
import { writeJson, writeTable } from './write.ts';

export interface TaskDependenciesOptions extends CommonOptions {
  readonly taskId: number;
  readonly json?: boolean;
}

/** The tasks that a task waits for, and those that wait for it. */
export async function showTaskDependencies(options: TaskDependenciesOptions, context: CommandContext): Promise<void> {
  const { taskId } = options;
  const { up, down } = await withServer(options, context, (requester) => getTaskDependencies(requester, taskId));
  if (options.json) {
    writeJson({ up, down }, context);
  } else if (up.length + down.length === 0) {
    context.output.write(`Task ${taskId} waits for none and none waits for it, or it does not exist.\n`);
  } else {
    writeNeighbours(`Task ${taskId} waits for`, up, context);
    context.output.write('\n');
    writeNeighbours(`Waiting for task ${taskId}`, down, context);
  }
}

function writeNeighbours(title: string, tasks: readonly Neighbour[], context: CommandContext): void {
  context.output.write(`${title}${tasks.length === 0 ? ': none' : ''}\n`);
  if (tasks.length === 0) return;
  const columns = [{ title: 'TASK', align: 'right' as const }, { title: 'NAME', shrinkTo: 20 }, { title: 'STATUS' }];
  const cells = tasks.map(({ id, name, status }) => [String(id), name, labelOfTask(status)]);
  writeTable(columns, cells, context);
}
