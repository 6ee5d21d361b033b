/** How workflows stand. */
import type { Handlers } from '../handler.ts';
import { newestRunsOf, searchWorkflows, summariesOf, type WorkflowSummary } from '../operations/progress/summaries.ts';
import { templateEdges } from '../operations/progress/templates.ts';
import { timelineOf } from '../operations/progress/timeline.ts';
import { usageByTemplate, usagePoints } from '../operations/progress/usage.ts';
import { workflowProgress } from '../operations/progress/workflow-progress.ts';
import { refuseUnknown } from '../operations/unknown-workflow.ts';

const WORKFLOWS_A_PAGE = 50;
const BUCKETS = 120;
const POINTS = 1000;

export const progressHandlers = {
  async listWorkflows({ query, services }) {
    const { user = [], tool = [], status = [], search, before, limit = WORKFLOWS_A_PAGE } = query;
    const wanted = { users: user, tools: tool, statuses: status, text: search || undefined, before };
    return services.database.readHeavy(async (unit) => {
      const ids = await searchWorkflows(unit, wanted, limit);
      const workflows = await summariesOf(unit, ids);
      return { workflows: workflows.map(summaryWire), next: ids.length < limit ? null : (ids.at(-1) ?? null) };
    });
  },

  async getWorkflowProgress({ params, services }) {
    return services.database.readHeavy(async (unit) => {
      const { workflow, templates, reasons, ...figures } = await workflowProgress(unit, params.workflow_id);
      return {
        ...figures,
        now: unit.now,
        workflow: summaryWire(workflow),
        run: workflow.run === undefined ? null : runWire(workflow.run),
        max_concurrently_running: workflow.limit,
        retries: workflow.tasks.retries,
        templates: templates.map(({ arrayId, name, tasks, byLabel, retries, limit, runTime }) => ({
          array_id: arrayId,
          name,
          tasks,
          counts: byLabel,
          retries,
          max_concurrently_running: limit,
          run_time: runTime ?? null,
        })),
        pending_reasons: reasons,
      };
    });
  },

  async getTemplateGraph({ params, services }) {
    return services.database.readHeavy(async (unit) => {
      await refuseUnknown(unit, params.workflow_id);
      return { edges: await templateEdges(unit, params.workflow_id) };
    });
  },

  async getTimeline({ params, query, services }) {
    const { buckets = BUCKETS } = query;
    return services.database.readHeavy(async (unit) => {
      await refuseUnknown(unit, params.workflow_id);
      const run = (await newestRunsOf(unit, [params.workflow_id])).get(params.workflow_id);
      if (run === undefined) return { from: unit.now, until: unit.now, running: [], done: [], failed: [] };
      const until = run.lives ? undefined : run.status_date;
      return timelineOf(unit, { workflowRunId: run.id, from: run.created_date, until, buckets });
    });
  },

  async getWorkflowUsage({ params, query, services }) {
    const { array_id: arrayId, points: limit = POINTS } = query;
    return services.database.readHeavy(async (unit) => {
      await refuseUnknown(unit, params.workflow_id);
      return {
        templates: (await usageByTemplate(unit, params.workflow_id)).map((usage) => ({
          array_id: usage.arrayId,
          attempts: usage.attempts,
          memory: usage.memory,
          cpu: usage.cpu,
          run_time: usage.runTime,
        })),
        points: (await usagePoints(unit, params.workflow_id, { arrayId, limit })).map((point) => ({
          task_instance_id: point.taskInstanceId,
          task_id: point.taskId,
          array_id: point.arrayId,
          status: point.status,
          memory_asked: point.asked.memory,
          memory_used: point.memory,
          run_time_asked: point.asked.runTime,
          run_time: point.runTime,
          cores_asked: point.asked.cores,
          cpu: point.cpu,
        })),
      };
    });
  },
} satisfies Partial<Handlers>;

function summaryWire({ run, tasks, limit, ...workflow }: WorkflowSummary) {
  return {
    workflow_id: workflow.id,
    name: workflow.name,
    tool: workflow.tool,
    user: run?.user ?? null,
    workflow_args: workflow.workflow_args,
    status: workflow.status,
    created: workflow.created_date,
    status_changed: workflow.status_date,
    live: run?.lives ?? false,
    paused: limit === 0,
    tasks: tasks.total,
    counts: tasks.byLabel,
  };
}

function runWire(run: NonNullable<WorkflowSummary['run']>) {
  return {
    workflow_run_id: run.id,
    status: run.status,
    user: run.user,
    started: run.created_date,
    status_changed: run.status_date,
    heartbeat_due: run.heartbeat_date,
  };
}
