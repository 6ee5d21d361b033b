/** Feeds and polls of changes, and the limits whose changes they carry. */
import { toInteger } from '../../api/schemas.ts';
import type { ReadUnit, Topic } from '../db/database.ts';
import { timeText } from '../db/time.ts';
import type { Handlers, Services } from '../handler.ts';
import { instanceChanges, workflowChanges } from '../operations/changes.ts';
import { setArrayLimit, setWorkflowLimit } from '../operations/concurrency.ts';
import { taskUpdatesSince } from '../operations/status-updates.ts';
import { idsByStatus } from './by-status.ts';

export const changeHandlers = {
  getTaskStatusUpdates({ params, body, services }) {
    return services.database.read(async (unit) => {
      const tasks = await taskUpdatesSince(unit, params.workflow_id, body.last_sync ?? undefined);
      return { tasks_by_status: tasks, time: timeText(unit.now) };
    });
  },

  async getWorkflowChanges({ params, body, services, signal }) {
    const question = { workflowId: params.workflow_id, workflowRunId: body.workflow_run_id, cursor: body.cursor };
    // A run that changes touches the topic of its workflow too; what its instances do without their tasks is no news here.
    const topics: Topic[] = [`workflow:${question.workflowId}`];
    const read = (unit: ReadUnit) => workflowChanges(unit, question);
    const changes = await awaitChanges(services, { topics, seconds: body.wait_seconds, signal, read });
    return {
      cursor: changes.cursor,
      tasks_by_status: changes.tasksByStatus,
      workflow_run_status: changes.workflowRunStatus,
      max_concurrently_running: changes.maxConcurrentlyRunning,
      array_limits: Object.fromEntries(changes.arrays.map(({ id, limit }) => [id, limit])),
    };
  },

  async getTaskInstanceChanges({ params, body, services, signal }) {
    const question = { workflowRunId: params.workflow_run_id, cursor: body.cursor };
    const topics: Topic[] = [`workflow_run:${question.workflowRunId}`];
    const read = (unit: ReadUnit) => instanceChanges(unit, question);
    const changes = await awaitChanges(services, { topics, seconds: body.wait_seconds, signal, read });
    return {
      cursor: changes.cursor,
      task_instances_by_status: idsByStatus(changes.instances),
      workflow_run_status: changes.workflowRunStatus,
    };
  },

  async setWorkflowConcurrency({ params, body, services }) {
    const [id, limit] = [params.workflow_id, toInteger(body.max_tasks)];
    const known = await services.database.write((unit) => setWorkflowLimit(unit, id, limit));
    return {
      message: known ? `Workflow ${id} runs at most ${limit} tasks at once.` : `Workflow ${id} does not exist.`,
    };
  },

  async setWorkflowArrayConcurrency({ params, body, services }) {
    const workflowId = params.workflow_id;
    const [limit, templateVersionId] = [toInteger(body.max_tasks), toInteger(body.task_template_version_id)];
    const known = await services.database.write((unit) =>
      setArrayLimit(unit, { workflowId, templateVersionId, limit }),
    );
    const tasks = `of task template version ${templateVersionId}`;
    if (!known) return { message: `Workflow ${workflowId} has no tasks ${tasks}.` };
    return { message: `Workflow ${workflowId} runs at most ${limit} tasks ${tasks} at once.` };
  },
} satisfies Partial<Handlers>;

interface ChangeQuestion<Changes> {
  readonly topics: readonly Topic[];
  /** Longest wait. */
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly read: (unit: ReadUnit) => Promise<Changes>;
}

/**
 * Reads until there is a change, the time is up, or nobody waits any more. The wait begins before the read, so that a
 * commit between the two ends it (the argument is in ../feed.ts).
 */
async function awaitChanges<Changes extends { readonly anyChange: boolean }>(
  { database, feed, clock }: Services,
  { topics, seconds, signal, read }: ChangeQuestion<Changes>,
): Promise<Changes> {
  const deadline = clock.monotonic() + seconds * 1000;
  while (true) {
    const remaining = (deadline - clock.monotonic()) / 1000;
    const answered = new AbortController();
    try {
      const change = feed.wait(topics, Math.max(0, remaining), AbortSignal.any([signal, answered.signal]));
      const changes = await database.read(read);
      if (changes.anyChange || remaining <= 0 || signal.aborted) return changes;
      await change;
    } finally {
      answered.abort();
    }
  }
}
