/** How workflows stand. */
import type { ReadUnit } from '../db/unit.ts';
import type { Handlers } from '../handler.ts';
import { newestRunsOf, searchWorkflows, summariesOf, type WorkflowSummary } from '../operations/progress/summaries.ts';
import { newestTaskOf, templateEdges } from '../operations/progress/templates.ts';
import { timelineOf } from '../operations/progress/timeline.ts';
import { type Bar, timelineBars } from '../operations/progress/timeline-bars.ts';
import { type TemplateUsage, type UsagePoint, usageByTemplate, usagePoints } from '../operations/progress/usage.ts';
import { workflowProgress } from '../operations/progress/workflow-progress.ts';
import { refuseUnknown } from '../operations/unknown-workflow.ts';
import { awaitProgress } from './await-progress.ts';
import { drawn, stampOfRest } from './drawn.ts';

const WORKFLOWS_A_PAGE = 50;
const BUCKETS = 120;
const BARS = 2000;
const POINTS = 1000;
/** Characters of a name at its beginning and at its end: two thousand of the longest, escaped, stay below a MiB. */
const NAME_ENDS = [16, 30] as const;

export const progressHandlers = {
  async listWorkflows({ query, services }) {
    const { user = [], tool = [], status = [], search, before, limit = WORKFLOWS_A_PAGE } = query;
    const wanted = { users: user, tools: tool, statuses: status, text: search || undefined, before };
    return drawn(services, {
      name: `workflows ${JSON.stringify([wanted, limit])}`,
      draw: async (unit) => {
        const ids = await searchWorkflows(unit, wanted, limit);
        const workflows = await summariesOf(unit, ids);
        return { workflows: workflows.map(summaryWire), next: ids.length < limit ? null : (ids.at(-1) ?? null) };
      },
    });
  },

  async getWorkflowProgress({ params, query, services, signal }) {
    const { workflow_id: workflowId } = params;
    const name = `progress ${workflowId}`;
    return awaitProgress(services, {
      ...{ workflowId, after: query.after, seconds: query.wait ?? 0, signal, picture: name },
      take: (since) =>
        drawn(services, {
          since,
          name,
          stamp: stampOfRest(services, workflowId),
          draw: async (unit) => progressWire(unit, await workflowProgress(unit, workflowId)),
        }),
    });
  },

  async getTemplateGraph({ params, services }) {
    const { workflow_id: workflowId } = params;
    return drawn(services, {
      name: `graph ${workflowId}`,
      // Tasks are only ever added, and nodes keep their edges.
      stamp: () => services.database.read((unit) => newestTaskOf(unit, workflowId)),
      draw: async (unit) => {
        await refuseUnknown(unit, workflowId);
        return { edges: await templateEdges(unit, workflowId) };
      },
    });
  },

  async getTimeline({ params, query, services }) {
    const { workflow_id: workflowId } = params;
    const { buckets = BUCKETS } = query;
    return drawn(services, {
      name: `timeline ${workflowId} ${buckets}`,
      stamp: stampOfRest(services, workflowId),
      draw: async (unit) => {
        await refuseUnknown(unit, workflowId);
        const run = (await newestRunsOf(unit, [workflowId])).get(workflowId);
        if (run === undefined) return { from: unit.now, until: unit.now, running: [], done: [], failed: [] };
        const until = run.lives ? undefined : run.status_date;
        return timelineOf(unit, { workflowRunId: run.id, from: run.created_date, until, buckets });
      },
    });
  },

  async getTimelineBars({ params, query, services }) {
    const { workflow_id: workflowId } = params;
    const { from, until, limit = BARS } = query;
    return drawn(services, {
      name: `bars ${workflowId} ${from} ${until} ${limit}`,
      stamp: stampOfRest(services, workflowId),
      draw: async (unit) => {
        await refuseUnknown(unit, workflowId);
        const run = (await newestRunsOf(unit, [workflowId])).get(workflowId);
        if (run === undefined) return { from: unit.now, until: unit.now, total: 0, chosen: 'all' as const, bars: [] };
        const { id, created_date: started } = run;
        const end = Math.max(run.lives ? unit.now : run.status_date, started + 1);
        // What is still at work when its run is over goes on.
        const part = { from: from ?? started, until: until ?? unit.now + 1 };
        const { bars, ...others } = await timelineBars(unit, {
          workflowRunId: id,
          runStarted: started,
          ...part,
          limit,
        });
        return { from: started, until: end, ...others, bars: bars.map(barWire) };
      },
    });
  },

  async getWorkflowUsage({ params, query, services }) {
    const { workflow_id: workflowId } = params;
    const { array_id: arrayId, points: limit = POINTS } = query;
    const stamp = stampOfRest(services, workflowId);
    const templates = await drawn(services, {
      name: `usage ${workflowId}`,
      stamp,
      draw: async (unit) => {
        await refuseUnknown(unit, workflowId);
        return (await usageByTemplate(unit, workflowId)).map(usageWire);
      },
    });
    const points = await drawn(services, {
      name: `usage points ${workflowId} ${arrayId} ${limit}`,
      stamp,
      draw: async (unit) => (await usagePoints(unit, workflowId, { arrayId, limit })).map(pointWire),
    });
    return { templates, points };
  },
} satisfies Partial<Handlers>;

function progressWire(unit: ReadUnit, progress: Awaited<ReturnType<typeof workflowProgress>>) {
  const { workflow, templates, reasons, forecast = null, ...figures } = progress;
  return {
    ...figures,
    forecast,
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
}

function usageWire({ arrayId, attempts, memory, cpu, runTime }: TemplateUsage) {
  return { array_id: arrayId, attempts, memory, cpu, run_time: runTime };
}

function pointWire(point: UsagePoint) {
  return {
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
  };
}

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

function barWire({ id, taskId, arrayId, name, ...bar }: Bar) {
  return { ...bar, task_instance_id: id, task_id: taskId, array_id: arrayId, name: withoutMiddle(name) };
}

/** Names of tasks begin with that of their template and end with what tells them apart. */
function withoutMiddle(name: string): string {
  const [first, last] = NAME_ENDS;
  const characters = [...name];
  if (characters.length <= first + last + 1) return name;
  return `${characters.slice(0, first).join('')}…${characters.slice(-last).join('')}`;
}
