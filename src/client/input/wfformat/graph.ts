import { SkepError } from '../../../core/errors.ts';
import type { ExecutionTask, SpecificationTask, WfFormat } from './schema.ts';

/** One task of a document: what it is, what it did, and on what it depends. */
export interface TraceTask {
  readonly specification: SpecificationTask;
  readonly execution: ExecutionTask | undefined;
  /** Ids of the tasks that must be done before. */
  readonly upstream: ReadonlySet<string>;
}

/**
 * The tasks of a document with their dependencies: the union of `parents` and `children`, of which a document may hold
 * either. Where it holds neither, the files that tasks hand to each other tell.
 * @throws SkepError input_malformed for ids that occur twice or that no task has.
 */
export function readGraph({ workflow }: WfFormat, path: string): TraceTask[] {
  const { tasks } = workflow.specification;
  const executed = workflow.execution?.tasks ?? [];
  const positions = indexById(tasks, `${path}: workflow.specification.tasks`);
  const executions = indexById(executed, `${path}: workflow.execution.tasks`);
  for (const [id, position] of executions) {
    if (!positions.has(id)) throw unknownId(`${path}: workflow.execution.tasks[${position}].id`, id);
  }
  const upstream = tasks.map(() => new Set<string>());
  for (const [position, task] of tasks.entries()) {
    for (const parent of linked(task, 'parents', positions, position, path)) upstream[position]?.add(parent.id);
    for (const child of linked(task, 'children', positions, position, path)) upstream[child.position]?.add(task.id);
  }
  if (tasks.every((task) => task.parents === undefined && task.children === undefined)) addFileEdges(tasks, upstream);
  return tasks.map((specification, position) => ({
    specification,
    execution: executed[executions.get(specification.id) ?? -1],
    upstream: upstream[position] as Set<string>,
  }));
}

function indexById(tasks: readonly { readonly id: string }[], place: string): Map<string, number> {
  const positions = new Map<string, number>();
  for (const [position, { id }] of tasks.entries()) {
    const first = positions.get(id);
    if (first !== undefined) {
      throw new SkepError('input_malformed', `${place}[${position}].id ${id} is the id of task ${first} already.`);
    }
    positions.set(id, position);
  }
  return positions;
}

function* linked(
  task: SpecificationTask,
  side: 'parents' | 'children',
  positions: ReadonlyMap<string, number>,
  ownPosition: number,
  path: string,
): Generator<{ id: string; position: number }> {
  for (const [index, id] of (task[side] ?? []).entries()) {
    const position = positions.get(id);
    if (position === undefined) {
      throw unknownId(`${path}: workflow.specification.tasks[${ownPosition}].${side}[${index}]`, id);
    }
    yield { id, position };
  }
}

function unknownId(place: string, id: string): SkepError {
  return new SkepError('input_malformed', `${place} is ${id}, which is the id of no task.`);
}

function addFileEdges(tasks: readonly SpecificationTask[], upstream: readonly Set<string>[]): void {
  const producers = new Map<string, string[]>();
  for (const { id, outputFiles = [] } of tasks) {
    for (const file of outputFiles) producers.set(file, [...(producers.get(file) ?? []), id]);
  }
  for (const [position, { id, inputFiles = [] }] of tasks.entries()) {
    for (const producer of inputFiles.flatMap((file) => producers.get(file) ?? [])) {
      if (producer !== id) upstream[position]?.add(producer);
    }
  }
}
