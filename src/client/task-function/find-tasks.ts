import { SkepError } from '../../core/errors.ts';
import type { Task } from '../task.ts';
import type { Workflow } from '../workflow.ts';
import type { ArgumentKinds, CustomKinds, ManyGivenValues } from './kinds.ts';
import type { TaskFunction } from './task-function.ts';

/**
 * The tasks of a function in a workflow whose arguments have the given values; an array allows each of its values.
 * @param options.errorOnEmpty whether no such task is an error. Default: true.
 * @throws SkepError argument_invalid naming an argument; invalid_usage when there is no such task. Source: client §15.
 */
export function getTasksByNodeArgs<Kinds extends ArgumentKinds, Custom extends CustomKinds>(
  workflow: Workflow,
  taskFunction: TaskFunction<Kinds, Custom>,
  values: Partial<ManyGivenValues<Kinds, Custom>> = {},
  { errorOnEmpty = true }: { readonly errorOnEmpty?: boolean } = {},
): Task[] {
  const { functionName, template } = taskFunction;
  const nodeArgs = taskFunction.nodeArgsOf(values);
  if (!errorOnEmpty && !workflow.arrays.has(template.templateName)) return [];
  const tasks = workflow.getTasksByNodeArgs(template.templateName, nodeArgs);
  if (tasks.length > 0 || !errorOnEmpty) return tasks;
  const wanted = Object.entries(nodeArgs).map(([name, texts]) => `${name}=${texts.join(' or ')}`);
  throw new SkepError('invalid_usage', `The workflow has no task ${functionName} with ${wanted.join(', ')}.`);
}
