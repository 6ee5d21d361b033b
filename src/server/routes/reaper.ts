import { toInteger } from '../../api/schemas.ts';
import { SkepError } from '../../core/errors.ts';
import type { Handlers } from '../handler.ts';
import { lostRuns, reapRun } from '../operations/reap.ts';
import { repairWorkflows } from '../operations/status-repair.ts';
import { findWorkflow } from '../operations/workflows.ts';
import { searchNow } from '../reaper.ts';

export const reaperHandlers = {
  fixStatusInconsistency: async ({ params, body, services }) => {
    const size = toInteger(body.increase_step);
    if (size < 1) throw new SkepError('invalid_usage', `increase_step must be at least 1, not ${size}.`);
    const window = { after: params.workflow_id, size };
    const { next } = await services.database.write((unit) => repairWorkflows(unit, window));
    return { wfid: next };
  },

  getWorkflowNameAndArgs: async ({ params, services }) => {
    const found = await services.database.read((unit) => findWorkflow(unit, params.workflow_id));
    return { workflow_name: found?.name ?? null, workflow_args: found?.workflow_args ?? null };
  },

  getLostWorkflowRuns: async ({ query, services }) => {
    const runs = await services.database.read((unit) => lostRuns(unit, query.status));
    return { workflow_runs: runs.map(({ id, workflowId }) => [id, workflowId]) };
  },

  reapWorkflowRun: async ({ params, services }) => {
    const reaped = await services.database.write((unit) => reapRun(unit, params.workflow_run_id));
    if (reaped === undefined) return { status: '' };
    const { after, killSelfRemaining } = reaped;
    return { status: after, ...(killSelfRemaining > 0 && { kill_self_remaining: killSelfRemaining }) };
  },

  searchLostRuns: async ({ services }) => {
    const { runs, spared, repaired } = await searchNow(services);
    return {
      runs: runs.map((run) => ({
        ...{ workflow_run_id: run.workflowRunId, workflow_id: run.workflowId, reason: run.reason },
        ...{ status_before: run.before, status: run.after, kill_self_remaining: run.killSelfRemaining },
      })),
      spared: spared.map((run) => ({
        ...{ workflow_run_id: run.workflowRunId, workflow_id: run.workflowId, until: run.until },
      })),
      repaired: [...repaired],
    };
  },
} satisfies Partial<Handlers>;
