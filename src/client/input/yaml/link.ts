import type { Task } from '../../task.ts';
import type { WorkflowDocument } from './document.ts';
import type { DependencyEntry, TasksEntry } from './schema.ts';

/** The tasks of one entry of `tasks`, with the arguments of each. */
export interface ExpandedEntry {
  readonly entry: TasksEntry;
  readonly tasks: readonly { readonly task: Task; readonly args: Readonly<Record<string, string>> }[];
}

type Located = ExpandedEntry['tasks'][number];

/**
 * Adds the dependencies that `after` names. A look-up table per dependency keeps this linear in tasks and edges.
 * @throws SkepError input_malformed for unknown templates and arguments, and for a dependency that finds no task.
 */
export function linkEntries(entries: readonly ExpandedEntry[], document: WorkflowDocument): void {
  const byTemplate = new Map<string, Located[]>();
  for (const { entry, tasks } of entries) {
    const known = byTemplate.get(entry.template) ?? [];
    byTemplate.set(entry.template, known);
    for (const task of tasks) known.push(task);
  }
  for (const [position, { entry, tasks }] of entries.entries()) {
    for (const [index, written] of (entry.after ?? []).entries()) {
      const dependency = typeof written === 'string' ? { template: written } : written;
      const place = ['tasks', position, 'after', index] as const;
      const refuse = (sentence: string) => document.refuse(place, `tasks[${position}].after[${index}] ${sentence}.`);
      const candidates = candidatesOf(dependency, byTemplate, refuse);
      const find = finderOf(dependency, candidates, refuse);
      for (const { task, args } of tasks) {
        const found = find(args).filter((upstream) => upstream.task !== task);
        if (found.length === 0) throw refuse(`finds no task of ${dependency.template} for ${textOf(args)}`);
        for (const upstream of found) task.addUpstream(upstream.task);
      }
    }
  }
}

type Refuse = (sentence: string) => Error;

function candidatesOf(
  dependency: DependencyEntry,
  byTemplate: ReadonlyMap<string, Located[]>,
  refuse: Refuse,
): Located[] {
  const all = byTemplate.get(dependency.template);
  if (all === undefined) throw refuse(`names the template ${dependency.template}, which has no tasks`);
  const conditions = Object.entries(dependency.where ?? {});
  for (const [name] of conditions) {
    if (!all.some(({ args }) => name in args))
      throw refuse(`asks for ${name}, which is no argument of ${dependency.template}`);
  }
  return all.filter(({ args }) => conditions.every(([name, value]) => args[name] === value));
}

function finderOf({ match = [], template }: DependencyEntry, candidates: readonly Located[], refuse: Refuse) {
  if (match.length === 0) return () => candidates;
  const keyOf = (args: Readonly<Record<string, string>>): string =>
    JSON.stringify(
      match.map((name) => {
        if (!Object.hasOwn(args, name)) throw refuse(`matches ${name}, which is not an argument of both sides`);
        return args[name];
      }),
    );
  const table = Map.groupBy(candidates, ({ args }) => keyOf(args));
  if (candidates.length === 0) throw refuse(`finds no task of ${template}`);
  return (args: Readonly<Record<string, string>>) => table.get(keyOf(args)) ?? [];
}

function textOf(args: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(args).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? 'a task without arguments' : pairs.join(', ');
}
