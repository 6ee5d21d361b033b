/** Arrays, resources, tasks, their arguments and attributes on the server. Source: client §11.7. */
import type { Requester } from '../../api/requester.ts';
import { type AnswerOf, type BodyOf, routes } from '../../api/routes.ts';
import { SkepError } from '../../core/errors.ts';
import type { TaskStatus } from '../../core/status.ts';
import { withIds } from '../arguments.ts';
import type { TaskArray } from '../array.ts';
import type { Task } from '../task.ts';
import type { TaskTemplate } from '../task-template.ts';
import type { Caller } from './caller.ts';
import { ChunkSize, inChunks } from './chunks.ts';
import type { WorkflowHashes } from './hashes.ts';
import { inParallel } from './pipeline.ts';
import type { BoundTemplate } from './templates.ts';

/** Distinct resources are few; they need not wait for each other. */
const RESOURCES_IN_FLIGHT = 4;
/** Characters of commands in one request: with long commands a chunk must stay far below what a server takes (64 MiB). */
const CHUNK_CHARACTERS = 8_000_000;

export interface TasksInput {
  readonly workflowId: number;
  readonly tasks: readonly Task[];
  readonly arrays: Iterable<TaskArray>;
  readonly templates: ReadonlyMap<TaskTemplate, BoundTemplate>;
  readonly hashes: Pick<WorkflowHashes, 'tasks' | 'taskArgs'>;
  /** Tasks in one request; undefined: as many as the server answers well. */
  readonly chunkSize: number | undefined;
  /** Whether tasks that a former run left running start again. */
  readonly resetIfRunning: boolean;
}

type TaskTuple = BodyOf<typeof routes.bindTasks>['tasks'][string];

/** Binds everything below the workflow, or resets what a former run left unfinished. */
export async function bindTasks(caller: Caller, requester: Requester, input: TasksInput): Promise<void> {
  for (const array of input.arrays) await bindArray(caller, array, input);
  const resources = new Set(input.tasks.map(({ originalTaskResources }) => originalTaskResources));
  await inParallel(resources, RESOURCES_IN_FLIGHT, async (each) => {
    if (!each.isBound) await each.bind(requester);
  });
  const chunking = {
    size: new ChunkSize(input.chunkSize),
    weightOf: ({ command }: Task) => command.length,
    maximum: CHUNK_CHARACTERS,
  };
  // The last chunk says that the workflow is complete.
  await inChunks(input.tasks, chunking, (chunk, isLast) => bindChunk(caller, chunk, input, isLast));
}

async function bindArray(caller: Caller, array: TaskArray, { workflowId, templates }: TasksInput): Promise<void> {
  const { array_id: arrayId } = await caller.call(routes.addArray, {
    body: {
      task_template_version_id: (templates.get(array.template) as BoundTemplate).versionId,
      workflow_id: workflowId,
      max_concurrently_running: array.maxConcurrentlyRunning,
      name: array.name,
    },
  });
  array.bind(arrayId);
}

async function bindChunk(caller: Caller, tasks: readonly Task[], input: TasksInput, isLast: boolean): Promise<void> {
  const { tasks: answers } = await sendTasks(caller, tasks, input, isLast);
  for (const task of tasks) {
    const answer = answers[keyOf(task, input)];
    if (answer === undefined) throw new SkepError('answer_malformed', `The server gave no id for task ${task.name}.`);
    task.bind(answer[0], answer[1] as TaskStatus);
  }
  await bindArguments(caller, tasks, input);
  await bindAttributes(caller, tasks);
}

/** A function of its own, that awaits nothing: so the rows are free again when they are encoded. Likewise below. */
function sendTasks(
  caller: Caller,
  tasks: readonly Task[],
  input: TasksInput,
  isLast: boolean,
): Promise<AnswerOf<typeof routes.bindTasks>> {
  const body = {
    workflow_id: input.workflowId,
    tasks: Object.fromEntries(tasks.map((task) => [keyOf(task, input), tupleOf(task, input)])),
    mark_created: isLast,
  };
  return caller.call(routes.bindTasks, { body });
}

function keyOf(task: Task, { hashes }: TasksInput): string {
  return String(hashes.tasks[task.position]);
}

function tupleOf(task: Task, { hashes, resetIfRunning }: TasksInput): TaskTuple {
  return [
    task.node.nodeId,
    String(hashes.taskArgs.get(task.position)),
    task.arrayId,
    task.originalTaskResources.id as number,
    task.name,
    task.command,
    task.maxAttempts,
    resetIfRunning,
    task.resourceScales.serialise(task.maxAttempts),
    [...task.fallbackQueues],
  ];
}

function bindArguments(caller: Caller, tasks: readonly Task[], { templates }: TasksInput): Promise<unknown> {
  const rows = tasks.flatMap(({ taskId, template, taskArgumentTexts }) =>
    withIds(template.taskArgs, templates.get(template) as BoundTemplate, taskArgumentTexts).map(
      ([argumentId, text]): [number, number, string] => [taskId, argumentId, text],
    ),
  );
  if (rows.length === 0) return Promise.resolve();
  return caller.call(routes.bindTaskArgs, { body: { task_args: rows } });
}

function bindAttributes(caller: Caller, tasks: readonly Task[]): Promise<unknown> {
  const rows = tasks.flatMap(({ taskId, attributes }) =>
    attributes ? [[String(taskId), { ...attributes }] as const] : [],
  );
  if (rows.length === 0) return Promise.resolve();
  return caller.call(routes.bindTaskAttributes, { body: { task_attributes: Object.fromEntries(rows) } });
}
