/** What is known of tasks and runs, for those who carry it elsewhere. */
import type { Handlers } from '../handler.ts';
import type { AttemptRecord } from '../operations/records/attempts.ts';
import type { RecordNeighbour } from '../operations/records/neighbours.ts';
import { runRecords } from '../operations/records/runs.ts';
import { type TaskRecord, taskRecords } from '../operations/records/tasks.ts';
import { attemptFields } from './attempt-wire.ts';

const TASKS_A_PAGE = 500;

export const recordHandlers = {
  async getTaskRecords({ params, query, services }) {
    const { after, limit = TASKS_A_PAGE, commands = false, graph = false, attempts = false } = query;
    const page = { after, limit, commands, graph, attempts };
    return services.database.readHeavy(async (unit) => {
      const tasks = await taskRecords(unit, params.workflow_id, page);
      return { tasks: tasks.map(taskWire), next: tasks.length < limit ? null : (tasks.at(-1)?.id ?? null) };
    });
  },

  async getRunRecords({ params, services }) {
    const { workflow, tasks, templates, runs } = await services.database.readHeavy((unit) =>
      runRecords(unit, params.workflow_id),
    );
    const { name, description, tool, workflow_args, status, created_date: created } = workflow;
    return {
      ...{ workflow_id: workflow.id, name, description, tool, workflow_args, status, created, tasks },
      templates: templates.map(({ id, arrayName, command_template, ...template }) => ({
        array_id: id,
        name: template.name ?? arrayName,
        command_template,
      })),
      runs: runs.map(({ id, user, ...run }) => ({
        ...{ workflow_run_id: id, user, status: run.status },
        ...{ started: run.created_date, status_changed: run.status_date },
      })),
    };
  },
} satisfies Partial<Handlers>;

function taskWire({ id, arrayId, upstream, downstream, attempts, ...task }: TaskRecord) {
  return {
    ...{ task_id: id, array_id: arrayId, ...task },
    upstream: upstream.map(neighbourWire),
    downstream: downstream.map(neighbourWire),
    attempts: attempts.map(attemptWire),
  };
}

function neighbourWire({ taskId, arrayId }: RecordNeighbour) {
  return { task_id: taskId, array_id: arrayId };
}

function attemptWire({ asked, error, ...attempt }: AttemptRecord) {
  const { memory, cores, runTime } = asked;
  return { ...attemptFields(attempt), asked: { memory, cores, run_time: runTime }, error };
}
