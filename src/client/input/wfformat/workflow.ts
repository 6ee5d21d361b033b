/** A recorded workflow of the WfCommons project as a Skep workflow: one task each, run for real or replayed. */
import { basename, extname, resolve } from 'node:path';
import { ownFile } from '../../../core/own-files.ts';
import { shellQuote } from '../../../core/shell-quote.ts';
import type { Task } from '../../task.ts';
import type { TaskTemplate } from '../../task-template.ts';
import { Tool } from '../../tool.ts';
import { digest, plainName } from '../names.ts';
import type { InputOptions, WorkflowInput } from '../workflow-input.ts';
import { commandOf } from './command.ts';
import { parseWfFormat } from './document.ts';
import { readGraph, type TraceTask } from './graph.ts';
import { ATTEMPTS_LOG } from './paths.ts';
import { planStaging, stage, taskFileOf } from './work-directory.ts';

const REPLAY_PROGRAM = ownFile('client/input/wfformat/replay.sh');

/** Every attempt leaves one line, so that anybody can count how often each task was started. */
const COMMAND_TEMPLATE = `cd {work_directory} && printf '%s\\n' {task_id} >> ${ATTEMPTS_LOG} && {command}`;

const WRAPPING = /^cd (?:\S+|'(?:[^']|'\\'')*') && printf '%s\\n' (?:\S+|'(?:[^']|'\\'')*') >> attempts\.log && /;

/**
 * The recorded command in the command of a task that was made here; undefined when the task is a replay, of which the
 * trace's command is not known any more.
 */
export function recordedCommandOf(command: string): string | undefined {
  const own = command.replace(WRAPPING, '');
  return own.startsWith(`sh ${shellQuote(REPLAY_PROGRAM)} `) || /^sh \S+\/wfformat\/replay\.sh /.test(own)
    ? undefined
    : own;
}

/** Its name tells where a workflow came from. */
export const WFFORMAT_TOOL = 'wfformat';

/**
 * Makes a workflow of a WfFormat document.
 * @throws SkepError input_malformed naming the place at fault.
 */
export function readWfFormatWorkflow(text: string, path: string, options: InputOptions): WorkflowInput {
  const document = parseWfFormat(text, path);
  const traceTasks = readGraph(document, path);
  const workDirectory = resolve(options.workDirectory ?? `${basename(path, extname(path))}.run`);
  const commands = traceTasks.map(({ execution }) => commandOf(execution, options.environment.PATH ?? ''));
  const replayed = new Set(traceTasks.filter((_, position) => commands[position] === undefined));
  const staging = planStaging(document, traceTasks, (task) => replayed.has(task), options.timeScale ?? 1, path);

  const tool = new Tool(WFFORMAT_TOOL);
  const workflow = tool.createWorkflow({
    name: plainName(document.name),
    description: document.description?.slice(0, 1000) ?? '',
    workflowArgs: options.args ?? `${document.name} ${digest(text)} in ${workDirectory}`,
    defaultClusterName: options.cluster ?? 'multiprocess',
  });
  const templates = new Map<string, TaskTemplate>();
  const tasks = new Map<string, Task>();
  for (const [position, traceTask] of traceTasks.entries()) {
    const { id, name } = traceTask.specification;
    const command = commands[position] ?? `sh ${shellQuote(REPLAY_PROGRAM)} ${taskFileOf(position)}`;
    const task = templateOf(templates, tool, name).createTask(
      { work_directory: shellQuote(workDirectory), task_id: shellQuote(id), command },
      // What was measured belongs to another machine: it is kept beside the task and asks for nothing on this one.
      { name: plainName(id), taskAttributes: attributesOf(traceTask) },
    );
    tasks.set(id, task);
  }
  for (const { specification, upstream } of traceTasks) {
    const task = tasks.get(specification.id) as Task;
    for (const id of upstream) task.addUpstream(tasks.get(id) as Task);
  }
  workflow.addTasks(tasks.values());
  return {
    workflow,
    hasFixedArgs: true,
    notes: notesOf(replayed.size, tasks.size, workDirectory),
    prepare: () => stage(staging, workDirectory),
  };
}

/** Pegasus numbers its tasks in their names: `mProject_ID0000006` is a task of `mProject`. */
function templateOf(templates: Map<string, TaskTemplate>, tool: Tool, taskName: string): TaskTemplate {
  const templateName = plainName(taskName.replace(/_ID\d+$/, ''));
  let template = templates.get(templateName);
  if (template === undefined) {
    template = tool.getTaskTemplate({
      templateName,
      commandTemplate: COMMAND_TEMPLATE,
      nodeArgs: ['task_id'],
      taskArgs: [],
      opArgs: ['work_directory', 'command'],
      defaultComputeResources: { cores: 1 },
    });
    templates.set(templateName, template);
  }
  return template;
}

function attributesOf({ execution }: TraceTask): Record<string, string> {
  const { runtimeInSeconds, memoryInBytes, coreCount } = execution ?? {};
  const entries = Object.entries({ runtimeInSeconds, memoryInBytes, coreCount });
  return Object.fromEntries(
    entries.filter(([, value]) => value !== undefined).map(([key, value]) => [key, `${value}`]),
  );
}

function notesOf(replayed: number, total: number, workDirectory: string): string[] {
  const how =
    replayed === 0 ? 'all with their own programs' : `${replayed} of ${total} replayed (no such program here)`;
  return [`Recorded tasks: ${how}, in ${workDirectory}.`];
}
