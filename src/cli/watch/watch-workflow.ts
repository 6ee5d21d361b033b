import type { Caller } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { requireExtensions } from '../../client/control/extensions.ts';
import { isSkepError, messageOf, SkepError } from '../../core/errors.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { type Display, displayFor, type Standing } from './display.ts';
import type { Wish } from './interaction.ts';
import { NewestFailures } from './newest-failures.ts';
import { pauseAfter, questionAfter } from './pace.ts';
import { isAway, ServerWay } from './server-way.ts';
import { isOver, type Progress } from './view.ts';

export interface WatchOptions extends CommonOptions {
  readonly workflowId: number;
  readonly json?: boolean;
}

/**
 * Shows how a workflow stands until no run of it lives any more, or its viewer leaves. Its first run is waited for (it may
 * be a job that waits), and so is a server that is away.
 * @returns the exit code: 0 = it is done, 1 = it is not, above 128 = ended by a signal
 * @throws SkepError not_found, extension_missing, unauthorized, and request_failed for a server that stays away where
 * nobody looks on.
 */
export async function watchWorkflow(options: WatchOptions, context: CommandContext): Promise<number> {
  const { clock } = context;
  const way = new ServerWay(options, context);
  const display = displayFor(options, context);
  const failures = new NewestFailures(clock);
  let standing: Standing = { progress: undefined, since: clock.monotonic(), failures: [], trouble: '' };
  let awaySince: number | undefined;
  try {
    for (;;) {
      const started = clock.monotonic();
      const attention = display.attention();
      try {
        const question = questionAfter(standing.progress, way.hasServer);
        standing = await way.ask(attention, async (caller) => {
          const progress = await look(caller, options.workflowId, question);
          const since = clock.monotonic();
          return { progress, since, failures: display.isLive ? await failures.of(progress, caller) : [], trouble: '' };
        });
        awaySince = undefined;
      } catch (error) {
        if (display.leftWith !== undefined) return display.leftWith;
        if (attention.aborted) {
          await fulfil(display, way, options.workflowId);
          continue;
        }
        awaySince ??= started;
        const isLost = !display.isLive && started - awaySince > way.patience * 1000;
        if (!isAway(error) || isLost || isUnusable(error, standing.progress)) throw error;
        standing = { ...standing, trouble: `The server is away: waiting for it. ${messageOf(error)}` };
      }
      display.show(standing);
      const { progress } = standing;
      if (standing.trouble === '' && progress !== undefined && isOver(progress)) {
        return progress.workflow.status === 'D' ? 0 : 1;
      }
      await clock.sleep(pauseAfter(clock.monotonic() - started, way.hasServer), attention);
      if (display.leftWith !== undefined) return display.leftWith;
      await fulfil(display, way, options.workflowId);
    }
  } finally {
    display.end();
    await way.close();
  }
}

/** @throws SkepError not_found, extension_missing for a server that cannot tell */
async function look(caller: Caller, workflowId: number, query: ReturnType<typeof questionAfter>): Promise<Progress> {
  try {
    return await caller.call(routes.getWorkflowProgress, { params: { workflow_id: workflowId }, query });
  } catch (error) {
    if (!isSkepError(error, 'not_found')) throw error;
    await requireExtensions(caller, 'watch a workflow');
    throw new SkepError('not_found', `Workflow ${workflowId} does not exist.`);
  }
}

/** Whether a data directory cannot be used at all: nothing has come from it yet, and nothing will. */
function isUnusable(error: unknown, progress: Progress | undefined): boolean {
  return isSkepError(error, 'database_unavailable') && progress === undefined;
}

const ROUTES = { pause: routes.pauseWorkflow, continue: routes.continueWorkflow } as const satisfies Record<
  Wish,
  unknown
>;

/** Does what the viewer wants, and tells him why it was not possible. */
async function fulfil(display: Display, way: ServerWay, workflowId: number): Promise<void> {
  const wish = display.takeWish();
  if (wish === undefined) return;
  try {
    await way.ask(display.leaving, (caller) => caller.call(ROUTES[wish], { params: { workflow_id: workflowId } }));
  } catch (error) {
    if (!isSkepError(error)) throw error;
    display.remark(messageOf(error));
  }
}
