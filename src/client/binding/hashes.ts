/** All hashes of a workflow, once the server's ids of its templates are known. Source: client §2.3. */
import {
  dagHash,
  nodeArgsHash,
  nodeHash,
  taskArgsHash,
  taskHash,
  taskSetHash,
  workflowArgsHash,
} from '../../core/hash.ts';
import { HashList } from '../../core/hash-list.ts';
import { withIds } from '../arguments.ts';
import type { Task } from '../task.ts';
import type { TaskTemplate } from '../task-template.ts';
import type { BoundTemplate } from './templates.ts';

/** Lists have an element for each task, in the order of the workflow's tasks. */
export interface WorkflowHashes {
  readonly nodeArgs: HashList;
  readonly taskArgs: HashList;
  /** What identifies each task within its workflow. */
  readonly tasks: BigUint64Array;
  readonly dag: bigint;
  readonly taskSet: bigint;
  readonly workflowArgs: bigint;
}

/** Computes them all. A million tasks take some seconds. */
export function hashWorkflow(
  workflowArgs: string,
  tasks: readonly Task[],
  templates: ReadonlyMap<TaskTemplate, BoundTemplate>,
): WorkflowHashes {
  const identifiers = new Map(Array.from(templates, ([template, bound]) => [template, identifierOf(template, bound)]));
  const nodeArgs = new HashList(tasks.length);
  const taskArgs = new HashList(tasks.length);
  const nodes = new BigUint64Array(tasks.length);
  const taskHashes = new BigUint64Array(tasks.length);
  for (const [index, task] of tasks.entries()) {
    const identifier = identifiers.get(task.template) as Identifier;
    const hashOfNodeArgs = identifier.nodeArgs(task);
    const hashOfTaskArgs = identifier.taskArgs(task);
    const hashOfNode = nodeHash(hashOfNodeArgs, identifier.versionId);
    nodeArgs.set(index, hashOfNodeArgs);
    taskArgs.set(index, hashOfTaskArgs);
    nodes[index] = hashOfNode;
    taskHashes[index] = taskHash(hashOfNode, hashOfTaskArgs);
  }
  return {
    nodeArgs,
    taskArgs,
    tasks: taskHashes,
    dag: dagHash(nodes, (index) =>
      Array.from((tasks[index] as Task).downstreamTasks, ({ position }) => nodes[position] as bigint),
    ),
    taskSet: taskSetHash(taskHashes),
    workflowArgs: workflowArgsHash(workflowArgs),
  };
}

/** What computes the hashes of the tasks of one template. */
interface Identifier {
  readonly versionId: number;
  nodeArgs(task: Task): bigint;
  taskArgs(task: Task): bigint;
}

function identifierOf(template: TaskTemplate, bound: BoundTemplate): Identifier {
  let lastTexts: readonly string[] | undefined;
  let lastHash = 0n;
  return {
    versionId: bound.versionId,
    nodeArgs: (task) => nodeArgsHash(withIds(template.nodeArgs, bound, task.node.argumentTexts)),
    // Neighbouring tasks nearly always have the same task arguments: one hash serves them.
    taskArgs({ taskArgumentTexts: texts }) {
      if (lastTexts === undefined || texts.some((text, index) => text !== lastTexts?.[index])) {
        lastTexts = texts;
        lastHash = taskArgsHash(withIds(template.taskArgs, bound, texts));
      }
      return lastHash;
    },
  };
}
