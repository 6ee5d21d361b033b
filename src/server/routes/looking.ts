/** Looking at tasks one by one. */
import type { BodyOf, routes } from '../../api/routes.ts';
import type { Handlers } from '../handler.ts';
import { type ErrorGroup, errorGroups } from '../operations/looking/error-groups.ts';
import { type Attempt, taskDetail } from '../operations/looking/task-detail.ts';
import { logSource, partOfEnd, readLogFile } from '../operations/looking/task-log.ts';
import {
  countFitting,
  findFilter,
  type GivenFilter,
  searchTasks,
  type TaskRow,
} from '../operations/looking/task-search.ts';
import { readResources } from '../operations/resources-text.ts';
import { attemptFields } from './attempt-wire.ts';
import { drawn, stampOfRest } from './drawn.ts';

const TASKS_A_PAGE = 100;
const GROUPS = 50;
/** Bytes. */
const LOG_PART = 65_536;
/** Seconds in which a worker that waits to be looked at has shown what there is. */
const SHOW_WAIT = 2;

export const lookingHandlers = {
  async searchTasks({ params, query, services }) {
    const { sort = 'id', descending = false, after, limit = TASKS_A_PAGE } = query;
    const given = filterOf(params.workflow_id, query);
    const page = { order: sort, descending, after, limit };
    return drawn(services, {
      name: `tasks ${JSON.stringify([given, page])}`,
      draw: async (unit) => {
        const filter = await findFilter(unit, given);
        const found = await searchTasks(unit, filter, page);
        const total = after === undefined ? await countFitting(unit, filter, found) : undefined;
        return { tasks: found.tasks.map(taskWire), next: found.next ?? null, total: total ?? null };
      },
    });
  },

  async getTask({ params, services }) {
    return services.database.readHeavy(async (unit) => {
      const { task, workflowId, attempts, explanation, ...others } = await taskDetail(unit, params.task_id);
      const { kind, sentences } = explanation;
      return {
        ...others,
        task: taskWire(task),
        workflow_id: workflowId,
        attempts: attempts.map(attemptWire),
        upstream: { ...others.upstream, tasks: others.upstream.tasks.map(neighbourWire) },
        downstream: { ...others.downstream, tasks: others.downstream.tasks.map(neighbourWire) },
        explanation: { kind, sentences: [...sentences] },
      };
    });
  },

  async getTaskLog({ params, query, services, principal, signal }) {
    const { task_instance_id: id } = params;
    const { stream, offset = 0, limit = LOG_PART } = query;
    const wanted = { offset, limit };
    const { database, onlookers } = services;
    const { path, tail, worker, ended, owner } = await database.read((unit) => logSource(unit, id, stream));
    // Whether it has ended is older than what is read: nothing that was written before its end is missed.
    // The account of the server reads what a worker named: for others only what its own workflows wrote, or any path would do.
    const isAdmin = principal.role === 'admin';
    const mayRead = path !== null && (isAdmin || owner === services.user);
    const file = mayRead ? await readLogFile(path, wanted, { onlyOwn: !isAdmin }) : undefined;
    if (file !== undefined) return { ...file, source: 'file', ended };
    if (worker !== undefined) onlookers.look(id, worker);
    const shown = worker === undefined ? onlookers.outputOf(id) : await onlookers.awaitOutput(id, SHOW_WAIT, signal);
    if (shown !== undefined && (shown.ended || !ended)) {
      const { text, until } = shown[stream];
      return { ...partOfEnd(text, until, wanted), source: 'live', ended: ended && shown.ended };
    }
    const text = tail ?? '';
    return { ...partOfEnd(text, Buffer.byteLength(text), wanted), source: tail === null ? 'none' : 'tail', ended };
  },

  async getErrorGroups({ params, query, services }) {
    const { workflow_id: workflowId } = params;
    const { limit = GROUPS } = query;
    return drawn(services, {
      name: `errors ${workflowId} ${limit}`,
      stamp: stampOfRest(services, workflowId),
      draw: async (unit) => {
        const { groups, ...counts } = await errorGroups(unit, workflowId, limit);
        return { ...counts, groups: groups.map(groupWire) };
      },
    });
  },
} satisfies Partial<Handlers>;

function groupWire({ id, taskId, taskInstanceId, ...group }: ErrorGroup) {
  return { ...group, error_group: id, task_id: taskId, task_instance_id: taskInstanceId };
}

/** The conditions of a request. */
export function filterOf(workflowId: number, given: BodyOf<typeof routes.changeTasks>['filter']): GivenFilter {
  const { status = [], array_id = [], task_id = [], search, error_group } = given;
  const [text, errorGroup] = [search || undefined, error_group || undefined];
  return { workflowId, labels: status, arrayIds: array_id, taskIds: task_id, text, errorGroup };
}

function taskWire(task: TaskRow) {
  return {
    task_id: task.id,
    name: task.name,
    array_id: task.array_id,
    template: task.template,
    status: task.status,
    status_changed: task.status_date,
    attempts: task.num_attempts,
    max_attempts: task.max_attempts,
    run_time: task.runTime,
    memory: task.memory,
    pending_reason: task.pendingReason,
  };
}

function attemptWire(attempt: Attempt) {
  return {
    ...attemptFields(attempt),
    requested_resources: readResources(attempt.requested_resources),
    ran_out: attempt.ran_out,
    pending_reason: attempt.status === 'O' ? attempt.pending_reason : null,
    stdout: attempt.stdout,
    stderr: attempt.stderr,
    errors: attempt.errors.map(({ time, description }) => ({ time, description })),
  };
}

function neighbourWire({ id, name, status }: { id: number; name: string; status: string }) {
  return { task_id: id, name, status };
}
