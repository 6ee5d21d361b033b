/** Feeds and polls of changes, and the limits whose changes they carry. */
import { toInteger } from '../../api/schemas.ts';
import type { ReadUnit, Subject, Topic } from '../db/database.ts';
import { timeText } from '../db/time.ts';
import type { Handlers, Services } from '../handler.ts';
import { instanceChanges, type WorkflowChanges, workflowChanges } from '../operations/changes.ts';
import { setArrayLimit, setWorkflowLimit } from '../operations/concurrency.ts';
import { taskUpdatesSince } from '../operations/status-updates.ts';
import { takeChanged } from '../operations/taking.ts';
import { idsByStatus } from './by-status.ts';
import { batchTuple } from './instance-wire.ts';

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
    const subject: Subject = `workflow:${question.workflowId}`;
    const read = changeReader(services, question.cursor, (unit) => workflowChanges(unit, question));
    const changes = await awaitChanges(services, { subject, seconds: body.wait_seconds, signal, read });
    return {
      cursor: changes.cursor,
      tasks_by_status: changes.tasksByStatus,
      workflow_run_status: changes.workflowRunStatus,
      max_concurrently_running: changes.maxConcurrentlyRunning,
      array_limits: Object.fromEntries(changes.arrays.map(({ id, limit }) => [id, limit])),
      ...ranOut(changes),
    };
  },

  async getTaskInstanceChanges({ params, body, services, signal }) {
    const { take: takes = false } = body;
    const question = { workflowRunId: params.workflow_run_id, cursor: body.cursor, takes };
    const subject = `workflow_run:${question.workflowRunId}` as const;
    const work: Topic[] = takes ? [subject, `${subject}/queued`] : [subject];
    const read = changeReader(services, question.cursor, (unit) => instanceChanges(unit, question));
    const changes = await awaitChanges(services, { subject, work, seconds: body.wait_seconds, signal, read });
    const taken = takes ? await takeChanged(services.database, changes.instances) : NOTHING_TAKEN;
    const statuses = changes.instances.map(({ id, status }) => ({ id, status: taken.ids.has(id) ? 'I' : status }));
    return {
      cursor: changes.cursor,
      task_instances_by_status: idsByStatus(statuses),
      workflow_run_status: changes.workflowRunStatus,
      task_instance_batches: taken.batches.map(batchTuple),
    };
  },

  async setWorkflowConcurrency({ params, body, services }) {
    const [id, limit] = [params.workflow_id, toInteger(body.max_tasks)];
    const changed = await services.database.write((unit) => setWorkflowLimit(unit, id, limit));
    if (changed === undefined) return { message: `Workflow ${id} does not exist.` };
    const since = changed.isPaused ? ', once it continues: it is paused' : '';
    return { message: `Workflow ${id} runs at most ${limit} tasks at once${since}.` };
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

const NOTHING_TAKEN = { ids: new Set<number>(), batches: [] };

interface ChangeQuestion<Changes> {
  readonly subject: Subject;
  /** What to answer at once. Default: work at the subject. */
  readonly work?: readonly Topic[];
  /** Longest wait. */
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly read: () => Promise<Changes>;
}

/** Whoever has no cursor yet asks for all there is, which may be a million tasks. */
function changeReader<Changes>(
  { database }: Services,
  cursor: number,
  work: (unit: ReadUnit) => Promise<Changes>,
): () => Promise<Changes> {
  return () => (cursor === 0 ? database.readHeavy(work) : database.read(work));
}

/**
 * Milliseconds for which news of mere progress wait for more: people see it as immediate, and of the five changes of an
 * attempt only the one that somebody acts on costs an answer.
 */
const PROGRESS_DELAY = 100;

/** A reason of our own: without one, every abort makes an error object with its stack. */
const ANSWERED = 'answered';

/**
 * Reads until there is a change, the time is up, or nobody waits any more. The waits begin before the read, so that a
 * commit between the two ends them (the argument is in ../feed.ts).
 */
async function awaitChanges<Changes extends Pick<WorkflowChanges, 'news'>>(
  { feed, clock }: Services,
  { subject, work: topics = [subject], seconds, signal, read }: ChangeQuestion<Changes>,
): Promise<Changes> {
  const deadline = clock.monotonic() + seconds * 1000;
  for (let isFirst = true; ; isFirst = false) {
    const remaining = Math.max(0, deadline - clock.monotonic());
    const answered = new AbortController();
    const over = AbortSignal.any([signal, answered.signal]);
    try {
      const work = feed.wait(topics, remaining / 1000, over);
      const progress = feed.wait([`${subject}/progress`], remaining / 1000, over);
      const changes = await read();
      const { news } = changes;
      if (news === 'work' || (news === 'progress' && !isFirst) || remaining === 0 || signal.aborted) return changes;
      if (news === 'none') await Promise.race([work, progress]);
      // Whatever came is mere progress, unless the work did.
      await Promise.race([work, clock.sleep(Math.min(PROGRESS_DELAY, remaining), over)]);
    } finally {
      answered.abort(ANSWERED);
    }
  }
}

/** Absent where nobody said anything of it, which is the rule. */
function ranOut({ ranOut }: WorkflowChanges): { ran_out?: Record<string, 'memory' | 'runtime'> } {
  if (ranOut.length === 0) return {};
  return { ran_out: Object.fromEntries(ranOut.map(({ taskId, resource }) => [taskId, resource])) };
}
