/** Workflow runs: linking, status, heartbeats, and what their swarm and distributor ask all the time. */
import { toInteger } from '../../api/schemas.ts';
import { ALIVE_WORKFLOW_RUN_STATUSES } from '../../core/status.ts';
import { nameOf } from '../access/principal.ts';
import { timeText } from '../db/time.ts';
import type { Handlers } from '../handler.ts';
import { moveRun, readRun, recordHeartbeat } from '../operations/run-moves.ts';
import { statusDifferences } from '../operations/sync-status.ts';
import { terminateOnRequest } from '../operations/termination.ts';
import { triageOverdue } from '../operations/triage.ts';
import { linkRun, newestRunOf } from '../operations/workflow-runs.ts';
import { idsByStatus } from './by-status.ts';

export const runHandlers = {
  async addWorkflowRun({ body, principal, services }) {
    const request = {
      workflowId: toInteger(body.workflow_id),
      user: nameOf(principal, body.user),
      version: body.jobmon_version,
      increment: body.next_report_increment,
      clientProcess: body.client_process,
    };
    const result = await services.database.write((unit) => linkRun(unit, request));
    if ('refusal' in result) return { workflow_run_id: null, err_msg: result.refusal };
    return { workflow_run_id: result.workflowRunId, status: 'L' };
  },

  getNewestRun: async ({ params, services }) => {
    const found = await services.database.read((unit) => newestRunOf(unit, params.workflow_id));
    if (found === undefined) return { run: null };
    const { id, status, user } = found;
    return { run: { workflow_run_id: id, status, user, alive: ALIVE_WORKFLOW_RUN_STATUSES.includes(status) } };
  },

  async updateWorkflowRunStatus({ params, body, services }) {
    const { status } = await services.database.write(async (unit) =>
      moveRun(unit, await readRun(unit, params.workflow_run_id), body.status),
    );
    return { status };
  },

  async logWorkflowRunHeartbeat({ params, body, services }) {
    const heartbeat = { requested: body.status, increment: body.next_report_increment };
    const status = await services.database.write(async (unit) =>
      recordHeartbeat(unit, await readRun(unit, params.workflow_run_id), heartbeat),
    );
    return { status };
  },

  async terminateTaskInstances({ params, services }) {
    const terminated = await services.database.write(async (unit) =>
      terminateOnRequest(unit, await readRun(unit, params.workflow_run_id)),
    );
    return { workflow_run_id: params.workflow_run_id, num_terminated: terminated };
  },

  syncStatus({ params, body, services }) {
    const question = {
      workflowRunId: params.workflow_run_id,
      status: body.status,
      known: body.task_instance_ids.map(toInteger),
    };
    return services.database.read(async (unit) => ({
      status_updates: idsByStatus(await statusDifferences(unit, question)),
      time: timeText(unit.now),
    }));
  },

  async setStatusForTriaging({ params, services }) {
    const { database, config, hearing } = services;
    await triageOverdue(database, params.workflow_run_id, config.heartbeat, hearing.since);
    return {};
  },
} satisfies Partial<Handlers>;
