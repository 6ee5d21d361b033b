/** Tasks as a file lists them, one by one with their commands, as a workflow. */
import { basename, extname, resolve } from 'node:path';
import { SkepError } from '../../../core/errors.ts';
import { shellQuote } from '../../../core/shell-quote.ts';
import type { ResourceValues } from '../../defaults.ts';
import { cycleIn } from '../../graph.ts';
import type { Task } from '../../task.ts';
import type { TaskTemplate } from '../../task-template.ts';
import { Tool } from '../../tool.ts';
import { argsOfFile, plainName } from '../names.ts';
import type { InputOptions, WorkflowInput } from '../workflow-input.ts';

export interface ListedTask {
  /** Tells it from the others of the file: one line of text. */
  readonly id: string;
  readonly line: number;
  readonly template: string;
  readonly command: string;
  /** Ids of the tasks that must be done before; the reader has checked that they exist. */
  readonly upstream: Iterable<string>;
  readonly resources?: ResourceValues;
  readonly maxAttempts?: number | undefined;
}

export interface ListedWorkflow {
  /** Default: the name of the file. */
  readonly name?: string | undefined;
  readonly tasks: readonly ListedTask[];
  readonly notes?: readonly string[];
  readonly prepare?: () => Promise<void>;
}

/**
 * A command is data of its task, and the id is what tells tasks apart: it stands behind the command as a comment of the shell,
 * so that the same command can be listed twice.
 */
const COMMAND = '{command} # {id}';
const COMMAND_ELSEWHERE = `cd {work_directory} || exit\n${COMMAND}`;

/** @throws SkepError input_malformed, with file and line, for tasks that wait for each other */
export function makeListedWorkflow(
  { name, tasks: listed, notes = [], prepare = async () => {} }: ListedWorkflow,
  text: string,
  file: string,
  options: InputOptions,
): WorkflowInput {
  const workflowName = plainName(name || basename(file, extname(file)));
  const tool = new Tool(workflowName);
  const workflow = tool.createWorkflow({
    name: workflowName,
    workflowArgs: options.args ?? argsOfFile(text, file),
    defaultClusterName: options.cluster ?? 'multiprocess',
  });
  const { workDirectory } = options;
  const elsewhere = workDirectory === undefined ? {} : { work_directory: shellQuote(resolve(workDirectory)) };
  const templates = new Map<string, TaskTemplate>();
  const templateOf = (templateName: string) => {
    const known = templates.get(templateName);
    if (known !== undefined) return known;
    const made = tool.getTaskTemplate({
      templateName,
      commandTemplate: workDirectory === undefined ? COMMAND : COMMAND_ELSEWHERE,
      nodeArgs: ['id'],
      opArgs: ['command', ...Object.keys(elsewhere)],
    });
    templates.set(templateName, made);
    return made;
  };
  const tasks = new Map<string, Task>();
  for (const { id, template, command, resources, maxAttempts } of listed) {
    const task = templateOf(plainName(template)).createTask(
      { ...elsewhere, command, id },
      { name: plainName(id), ...(resources && { computeResources: resources }), ...(maxAttempts && { maxAttempts }) },
    );
    tasks.set(id, task);
  }
  for (const { id, upstream } of listed) {
    for (const before of upstream) (tasks.get(id) as Task).addUpstream(tasks.get(before) as Task);
  }
  workflow.addTasks(tasks.values());
  refuseCycle(workflow.tasks, listed, file);
  return { workflow, hasFixedArgs: true, notes, prepare };
}

/** Ids of a cycle that a sentence names. */
const SHOWN = 8;

function refuseCycle(tasks: readonly Task[], listed: readonly ListedTask[], file: string): void {
  const cycle = cycleIn(tasks)?.map(({ position }) => listed[position] as ListedTask);
  if (cycle === undefined) return;
  const names = cycle.map(({ id }) => id);
  if (names.length > SHOWN) names.splice(SHOWN / 2, names.length - SHOWN, '…');
  const sentence = `${file}:${cycle[0]?.line}: these tasks wait for each other: ${names.join(' → ')}.`;
  throw new SkepError('input_malformed', sentence);
}
