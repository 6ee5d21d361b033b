import { createLogUpdate } from 'log-update';
import type { Requester } from '../../api/requester.ts';
import type { AnswerOf } from '../../api/route.ts';
import { routes } from '../../api/routes.ts';
import { requireExtensions } from '../../client/control/extensions.ts';
import { countIn, type WorkflowStatusRow } from '../../client/queries/workflow-status.ts';
import { TASK_LABELS } from '../../core/task-label.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { harmless, plural } from '../output/terminal.ts';
import { knownWorkflow } from '../server/known-workflow.ts';
import { withServer } from '../server/with-server.ts';

export interface WatchOptions extends CommonOptions {
  readonly workflowId: number;
  readonly json?: boolean;
}

/** Milliseconds between two looks: a view of a workflow costs the server a count over its tasks. */
const LOOK_INTERVAL = 1000;

interface View {
  readonly workflow: WorkflowStatusRow;
  readonly reasons: AnswerOf<typeof routes.getPendingReasons>['reasons'];
  readonly isLive: boolean;
  /** It has run, and no run lives. */
  readonly isOver: boolean;
}

/**
 * Shows how a workflow stands until no run of it lives any more. Its first run is waited for: it may be a job that waits.
 * @returns the exit code: 0 = it is done, 1 = it is not
 */
export function watchWorkflow(options: WatchOptions, context: CommandContext): Promise<number> {
  const { clock } = context;
  return withServer(options, context, async (requester) => {
    await requireExtensions(requester, 'watching a workflow');
    const display = displayFor(options, context);
    for (;;) {
      const view = await look(requester, options.workflowId);
      display.show(view);
      if (view.isOver) {
        display.end();
        return view.workflow.WF_STATUS === 'DONE' ? 0 : 1;
      }
      await clock.sleep(LOOK_INTERVAL);
    }
  });
}

/** Whether a run lives is asked first: what the others say is then its last word. */
async function look(requester: Requester, workflowId: number): Promise<View> {
  const params = { workflow_id: workflowId };
  const { run } = await requester.call(routes.getNewestRun, { params });
  const workflow = await knownWorkflow(requester, workflowId);
  const { reasons } = await requester.call(routes.getPendingReasons, { params });
  return { workflow, reasons, isLive: run?.alive === true, isOver: run?.alive === false };
}

/** A picture that is redrawn in place, on a terminal; else a line, or an object, whenever something changed. */
function displayFor({ json }: WatchOptions, { output }: CommandContext) {
  if (!json && output.isTTY) {
    const update = createLogUpdate(output);
    return { show: (view: View) => update(textOf(view).join('\n')), end: () => update.done() };
  }
  let last = '';
  const show = (view: View) => {
    const line = json ? JSON.stringify(asJson(view)) : textOf(view).join('; ');
    if (line !== last) output.write(`${line}\n`);
    last = line;
  };
  return { show, end: () => {} };
}

function textOf({ workflow, reasons }: View): string[] {
  const counts = TASK_LABELS.flatMap((label) => {
    const count = countIn(workflow[label]);
    return count === 0 ? [] : [`${label.toLowerCase()} ${count}`];
  });
  const waits = reasons.map(({ reason, tasks }) => `${harmless(reason)} (${tasks})`).join(', ');
  return [
    `Workflow ${workflow.WF_ID} ${harmless(workflow.WF_NAME)} is ${workflow.WF_STATUS}`,
    `${plural(workflow.TASKS, 'task')}: ${counts.join(', ')}`,
    ...(waits === '' ? [] : [`waiting for: ${waits}`]),
  ];
}

function asJson({ workflow, reasons, isLive }: View) {
  const tasks = Object.fromEntries(TASK_LABELS.map((label) => [label, countIn(workflow[label])]));
  return { workflow_id: workflow.WF_ID, status: workflow.WF_STATUS, live: isLive, tasks, pending_reasons: reasons };
}
