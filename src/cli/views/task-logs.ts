import type { Requester } from '../../api/requester.ts';
import type { AnswerOf } from '../../api/route.ts';
import { routes } from '../../api/routes.ts';
import { requireExtensions } from '../../client/control/extensions.ts';
import { SkepError } from '../../core/errors.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { harmless, plural } from '../output/terminal.ts';
import { withServer } from '../server/with-server.ts';
import { writeJson } from './write.ts';

export interface TaskLogsOptions extends CommonOptions {
  readonly taskId: number;
  readonly stream: 'stdout' | 'stderr';
  /** Id of the attempt. Default: the newest one. */
  readonly attempt?: number;
  readonly follow?: boolean;
  readonly json?: boolean;
}

type Part = AnswerOf<typeof routes.getTaskLog>;

/** Milliseconds between two looks at an output that grows. */
const LOOK_INTERVAL = 500;
/** Bytes of one request. */
const PART = 262_144;

/** What an attempt of a task has written; with `follow`, until it ends. */
export async function showTaskLogs(options: TaskLogsOptions, context: CommandContext): Promise<void> {
  const { output, errors, clock } = context;
  await withServer(options, context, async (requester) => {
    await requireExtensions(requester, 'show output');
    const attempt = options.attempt ?? (await newestAttempt(requester, options.taskId));
    const read = (offset: number) =>
      requester.call(routes.getTaskLog, {
        params: { task_instance_id: attempt },
        query: { stream: options.stream, offset, limit: PART },
      });
    if (options.json) return writeJson(await read(-PART), context);
    // A pipe gets what was written; a terminal obeys what it gets.
    const show = (text: string) => output.write(output.isTTY ? harmless(text) : text);
    for (let at = 0, source: Part['source'] = 'none'; ; ) {
      const part = await read(at);
      // A file that became shorter was begun anew, and a tail knows nothing of what was seen before.
      const isOther = part.size < at || (part.source !== source && source !== 'none');
      source = part.source;
      if (isOther) {
        at = 0;
        continue;
      }
      if (part.from > at) errors.write(`${plural(part.from - at, 'byte')} before this were not kept.\n`);
      show(part.text);
      at = part.until;
      if (at < part.size) continue;
      if (part.ended || !options.follow) {
        if (part.source === 'none') errors.write(`Attempt ${attempt} has left no ${options.stream}.\n`);
        if (part.source === 'tail') errors.write('Only the last part is kept (skep run --output-dir keeps all).\n');
        return;
      }
      await clock.sleep(LOOK_INTERVAL);
    }
  });
}

/** @throws SkepError not_found also for a task that was never tried. */
async function newestAttempt(requester: Requester, taskId: number): Promise<number> {
  const { attempts } = await requester.call(routes.getTask, { params: { task_id: taskId } });
  const [newest] = attempts;
  if (newest === undefined) throw new SkepError('not_found', `Task ${taskId} has had no attempt yet.`);
  return newest.task_instance_id;
}
