import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import {
  changeTasks,
  previewTaskChange,
  type TaskChange,
  type TaskChangeOutcome,
} from '../../client/control/change-tasks.ts';
import { requireExtensions } from '../../client/control/extensions.ts';
import { SkepError } from '../../core/errors.ts';
import { labelOfTask } from '../../core/task-label.ts';
import { userName } from '../../core/user-name.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { canAsk, confirm } from '../output/confirm.ts';
import { clip, harmless, plural, widthOf } from '../output/terminal.ts';
import { knownWorkflow } from '../server/known-workflow.ts';
import { withServer } from '../server/with-server.ts';
import { writeJson, writeTable } from '../views/write.ts';

/** Options that the three verbs have in common, and those that one has. */
export interface ChangeOptions extends CommonOptions {
  readonly workflowId: number;
  readonly status?: string[];
  readonly template?: string[];
  readonly search?: string;
  readonly errorGroup?: string;
  readonly taskId?: number[];
  readonly all?: boolean;
  readonly recursive?: boolean;
  readonly memory?: string;
  readonly cores?: number;
  readonly runtime?: string;
  readonly queue?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export type Action = TaskChange['action'];

/**
 * Shows which tasks a change concerns, asks, and carries it out.
 * @throws SkepError not_found, extension_missing, invalid_usage without any condition, or where it should ask and nobody is
 * there to answer; and with the reason of the server.
 */
export async function changeTasksOf(action: Action, options: ChangeOptions, context: CommandContext): Promise<void> {
  refuseVague(options);
  const { workflowId, yes = false, dryRun = false, json = false } = options;
  const asks = !yes && !dryRun;
  if (asks && (json || !canAsk(context))) {
    const sentence =
      'Nobody is there to confirm the change: add --yes to carry it out, or --dry-run to see what it would do.';
    throw new SkepError('invalid_usage', sentence);
  }
  const { change, outcome } = await withServer(options, context, async (requester) => {
    await requireExtensions(requester, 'change many tasks at once (a few can be: skep task update)');
    await knownWorkflow(requester, workflowId);
    const change = await readChange(action, options, context, requester);
    return { change, outcome: await (yes && !dryRun ? changeTasks : previewTaskChange)(requester, change) };
  });
  if (json) return writeJson({ workflow_id: workflowId, action, dry_run: dryRun, ...outcome }, context);
  writeOutcome(outcome, context);
  if (outcome.tasks === 0) {
    const which = outcome.left_out.length === 0 ? 'fits the conditions' : 'is to be changed';
    context.output.write(`No task of workflow ${workflowId} ${which}.\n`);
    return;
  }
  if (dryRun) {
    context.output.write(`${plural(outcome.tasks, 'task')} would be changed.\n`);
    return;
  }
  const done = asks ? await confirmed(change, outcome, options, context) : outcome;
  context.output.write(done === undefined ? 'Nothing was changed.\n' : endText(change, done));
}

/** Without a condition it would be every task, which nobody should get by leaving a word out. */
function refuseVague({ status, template, search, errorGroup, taskId, all = false }: ChangeOptions): void {
  const isNamed = [status, template, search, errorGroup, taskId].some((condition) => condition !== undefined);
  if (isNamed !== all) return;
  const names = '--status, --template, --search, --error-group and --task-id';
  throw new SkepError(
    'invalid_usage',
    isNamed ? `--all does not go with ${names}.` : `Say which tasks, by ${names}, or with --all.`,
  );
}

async function readChange(
  action: Action,
  options: ChangeOptions,
  { environment }: CommandContext,
  requester: Requester,
): Promise<TaskChange> {
  const { workflowId, status, template, search, errorGroup, taskId, recursive } = options;
  const { memory, cores, runtime, queue } = options;
  const resources = {
    ...(memory !== undefined && { memory }),
    ...(cores !== undefined && { cores }),
    ...(runtime !== undefined && { runtime }),
    ...(queue !== undefined && { queue }),
  };
  return {
    workflowId,
    action,
    user: userName(environment),
    filter: {
      ...(status !== undefined && { status }),
      ...(template !== undefined && { array_id: await arraysOf(requester, workflowId, template) }),
      ...(search !== undefined && { search }),
      ...(errorGroup !== undefined && { error_group: errorGroup }),
      ...(taskId !== undefined && { task_id: taskId }),
    },
    ...(recursive && { recursive }),
    ...(Object.keys(resources).length > 0 && { resources }),
  };
}

/** Templates that are named in a refusal. */
const MOST_NAMES = 20;

async function arraysOf(requester: Requester, workflowId: number, names: readonly string[]): Promise<number[]> {
  const { templates } = await requester.call(routes.getWorkflowProgress, { params: { workflow_id: workflowId } });
  return names.flatMap((name) => {
    const found = templates.filter((template) => template.name === name);
    if (found.length > 0) return found.map(({ array_id }) => array_id);
    const known = templates.slice(0, MOST_NAMES).map((template) => template.name);
    const more = templates.length > MOST_NAMES ? ', …' : '';
    const sentence = `Workflow ${workflowId} has no template ${name}; there are ${known.join(', ')}${more}.`;
    throw new SkepError('invalid_usage', harmless(sentence));
  });
}

/** Undefined when the answer was no. */
async function confirmed(
  change: TaskChange,
  { tasks }: TaskChangeOutcome,
  options: ChangeOptions,
  context: CommandContext,
): Promise<TaskChangeOutcome | undefined> {
  if (!(await confirm(harmless(questionOf(change, tasks)), context))) return undefined;
  return withServer(options, context, (requester) => changeTasks(requester, change, { expected: tasks }));
}

function questionOf({ action, resources = {} }: TaskChange, tasks: number): string {
  const which = plural(tasks, 'task');
  if (action === 'reset') return `Reset ${which}?`;
  if (action === 'mark_done') return `Mark ${which} as done?`;
  const asked = Object.entries(resources).map(([name, value]) => `${name} ${value}`);
  return `Retry ${which}${asked.length > 0 ? ` with ${asked.join(', ')}` : ''}?`;
}

const ENDS = {
  reset: ['is reset', 'are reset'],
  retry: ['will be tried again', 'will be tried again'],
  mark_done: ['is marked as done', 'are marked as done'],
} as const;

function writeOutcome({ groups, sample, tasks, left_out }: TaskChangeOutcome, context: CommandContext): void {
  const { output } = context;
  if (groups.length > 0) {
    const columns = [
      { title: 'TEMPLATE', shrinkTo: 12 },
      { title: 'STATUS' },
      { title: 'TASKS', align: 'right' as const },
    ];
    const counts = new Map<string, number>();
    for (const { template, status, tasks } of groups) {
      const row = JSON.stringify([template ?? '', labelOfTask(status)]);
      counts.set(row, (counts.get(row) ?? 0) + tasks);
    }
    const rows = Array.from(counts, ([row, count]) => [...JSON.parse(row), count.toLocaleString('en-US')]);
    writeTable(columns, rows, context);
    const names = sample.map(({ name }) => harmless(name).replace(/\s+/g, ' ')).join(', ');
    const text = tasks > sample.length ? `such as ${names}, …` : `namely ${names}`;
    output.write(`${clip(text, widthOf(output))}\n`);
  }
  for (const { sentence, tasks } of left_out) {
    output.write(`Left out: ${tasks.toLocaleString('en-US')} ${harmless(sentence)}.\n`);
  }
}

function endText({ workflowId, action }: TaskChange, { tasks, change_id, live_run }: TaskChangeOutcome): string {
  const verb = ENDS[action][tasks === 1 ? 0 : 1];
  const record = change_id === null ? '' : ` (change ${change_id})`;
  const next =
    live_run === null
      ? `To go on:  skep workflow resume -w ${workflowId}`
      : `Run ${live_run}, which lives, goes on with them.`;
  return `${plural(tasks, 'task')} of workflow ${workflowId} ${verb}${record}.\n${next}\n`;
}
