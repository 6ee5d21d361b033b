/** What a workflow would run, told without a server and without writing anything. */
import type { Task } from '../../client/task.ts';
import type { Workflow } from '../../client/workflow.ts';
import { renderTable } from '../output/table.ts';
import { clip, harmless, type Paint, plural } from '../output/terminal.ts';

export interface DryRun {
  readonly name: string;
  readonly tasks: number;
  readonly dependencies: number;
  /** Number of tasks on the longest chain of dependencies. */
  readonly depth: number;
  readonly templates: readonly { readonly name: string; readonly tasks: number; readonly firstCommand: string }[];
}

/** @throws SkepError of the library for a graph that cannot run. */
export function describeWorkflow(workflow: Workflow): DryRun {
  workflow.validateGraph();
  const tasks = [...workflow.tasks.values()];
  const templates = Map.groupBy(tasks, (task) => task.template.templateName);
  return {
    name: workflow.name,
    tasks: tasks.length,
    dependencies: tasks.reduce((sum, task) => sum + [...task.upstreamTasks].length, 0),
    depth: depthOf(tasks),
    templates: [...templates].map(([name, members]) => ({
      name,
      tasks: members.length,
      firstCommand: members[0]?.command ?? '',
    })),
  };
}

export function renderDryRun(description: DryRun, width: number, paint: Paint): string {
  const columns = [
    { title: 'TEMPLATE' },
    { title: 'TASKS', align: 'right' as const },
    { title: 'FIRST COMMAND', shrinkTo: 30 },
  ];
  const rows = description.templates.map(({ name, tasks, firstCommand }) => [name, String(tasks), firstCommand]);
  return [
    paint('bold', clip(harmless(description.name), width)),
    `${plural(description.tasks, 'task')}, ${description.dependencies.toLocaleString('en-US')} dependencies, ${plural(description.depth, 'level')} deep. Nothing was run.`,
    '',
    renderTable(columns, rows, width, paint),
  ].join('\n');
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
