/** What a workflow would run, and why: told without writing anything, and without a server where there is none. */
import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { type FoundWorkflow, findWorkflow } from '../../client/binding/find.ts';
import { requireExtensions } from '../../client/control/extensions.ts';
import type { WorkflowInput } from '../../client/input/workflow-input.ts';
import type { Task } from '../../client/task.ts';
import type { Workflow } from '../../client/workflow.ts';
import { isSkepError, messageOf } from '../../core/errors.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { paintFor, widthOf } from '../output/terminal.ts';
import { lookAt } from '../server/look.ts';
import { writeJson } from '../views/write.ts';
import { dryRunAsJson, renderDryRun } from './dry-run-view.ts';
import { findKnownTasks, type KnownTask } from './known-tasks.ts';
import { type PlannedTask, planOf } from './plan.ts';

export interface DryRunOptions extends CommonOptions {
  readonly resume?: boolean;
  readonly json?: boolean;
  /** Most tasks of the list that programs get; 0 = all. */
  readonly limit?: number;
}

/** What a workflow is. */
export interface Description {
  readonly name: string;
  readonly tasks: number;
  readonly dependencies: number;
  /** Number of tasks on the longest chain of dependencies. */
  readonly depth: number;
}

/** What a server says of it. */
export type Standing =
  /** No workflow has its tool, args and tasks. `namesake`: the newest of the same name and tool. */
  | { readonly kind: 'new'; readonly namesake?: FoundWorkflow | undefined }
  | { readonly kind: 'known'; readonly workflow: FoundWorkflow }
  /** Nobody could be asked. */
  | { readonly kind: 'unknown'; readonly reason: string };

export interface DryRun {
  readonly description: Description;
  readonly standing: Standing;
  readonly plan: readonly PlannedTask[];
}

/**
 * Says which tasks would run. Only questions are sent.
 * @throws SkepError of the library for a graph that cannot run; workflow_exists as a run would.
 */
export async function dryRun(input: WorkflowInput, options: DryRunOptions, context: CommandContext): Promise<void> {
  const { workflow } = input;
  const description = describeWorkflow(workflow);
  const { standing, known } = await compare(input, options, context);
  const isLive = standing.kind === 'known' && standing.workflow.live;
  const told: DryRun = { description, standing, plan: planOf(workflow.tasks, known, { isLive }) };
  const { output } = context;
  if (options.json) writeJson(dryRunAsJson(told, options), context);
  else output.write(`${renderDryRun(told, options, widthOf(output), paintFor(output))}\n`);
}

/** @throws SkepError of the library for a graph that cannot run. */
export function describeWorkflow(workflow: Workflow): Description {
  workflow.validateGraph();
  const { tasks } = workflow;
  return {
    name: workflow.name,
    tasks: tasks.length,
    dependencies: tasks.reduce((sum, task) => sum + [...task.upstreamTasks].length, 0),
    depth: depthOf(tasks),
  };
}

/** Longest chain, found level by level: a million tasks must not need a million stack frames. */
function depthOf(tasks: readonly Task[]): number {
  const waiting = new Map(tasks.map((task) => [task, [...task.upstreamTasks].length]));
  let level = tasks.filter((task) => waiting.get(task) === 0);
  let depth = 0;
  while (level.length > 0) {
    depth++;
    const next: Task[] = [];
    for (const task of level) {
      for (const downstream of task.downstreamTasks) {
        const left = (waiting.get(downstream) ?? 0) - 1;
        waiting.set(downstream, left);
        if (left === 0) next.push(downstream);
      }
    }
    level = next;
  }
  return depth;
}

interface Compared {
  readonly standing: Standing;
  readonly known: ReadonlyMap<Task, KnownTask>;
}

const NONE_KNOWN: ReadonlyMap<Task, KnownTask> = new Map();

async function compare(
  { workflow, hasFixedArgs }: WorkflowInput,
  options: DryRunOptions,
  context: CommandContext,
): Promise<Compared> {
  const isNew: Compared = { standing: { kind: 'new' }, known: NONE_KNOWN };
  if (!hasFixedArgs) return isNew;
  try {
    return (
      (await lookAt(options, context, (requester, { isServed }) => compareWith(requester, workflow, isServed))) ?? isNew
    );
  } catch (error) {
    if (!isSkepError(error, 'request_failed', 'unauthorized', 'database_unavailable', 'extension_missing')) throw error;
    return { standing: { kind: 'unknown', reason: messageOf(error) }, known: NONE_KNOWN };
  }
}

async function compareWith(requester: Requester, workflow: Workflow, isServed: boolean): Promise<Compared> {
  await requireExtensions(requester, 'be asked for a workflow by its tasks');
  const found = await findWorkflow(requester, workflow);
  if (found === undefined) {
    return { standing: { kind: 'new', namesake: await namesakeOf(requester, workflow) }, known: NONE_KNOWN };
  }
  return {
    // A run whose client was killed counts as live until a server notices.
    standing: { kind: 'known', workflow: { ...found, live: found.live && isServed } },
    known: await findKnownTasks(requester, found.workflow_id, workflow.tasks),
  };
}

/** Workflows among which one of the same name is looked for. */
const NEWEST = 50;

/** People expect to go on with what had this name last, where a change made another workflow of it. */
async function namesakeOf(requester: Requester, { name, tool }: Workflow): Promise<FoundWorkflow | undefined> {
  if (name === '') return undefined;
  const query = { tool: [tool.name], search: name, limit: NEWEST };
  const { workflows } = await requester.call(routes.listWorkflows, { query });
  return workflows.find((one) => one.name === name);
}
