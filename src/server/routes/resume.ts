/** Stopping the live run of a workflow and preparing the next one. */
import { isTruthy } from '../../api/schemas.ts';
import { isSkepError } from '../../core/errors.ts';
import { type Handlers, HttpAnswer } from '../handler.ts';
import { increaseResources } from '../operations/increase-resources.ts';
import { forceCleanup, requestResume, resetTasks, resumabilityOf } from '../operations/resume.ts';

export const resumeHandlers = {
  async setResume({ params, body, services }) {
    const { database, processes } = services;
    const request = { workflowId: params.workflow_id, cold: isTruthy(body.reset_running_jobs), processes };
    await database.write((unit) => requestResume(unit, request));
    return {};
  },

  async isResumable({ params, services }) {
    const found = await services.database.read((unit) => resumabilityOf(unit, params.workflow_id));
    if (found === undefined) {
      throw new HttpAnswer(404, { detail: `Workflow ${params.workflow_id} does not exist.` });
    }
    return { workflow_is_resumable: found.resumable, pending_kill_self: found.pendingKillSelf };
  },

  async forceCleanup({ params, services }) {
    const { instances, runs } = await services.database.write((unit) => forceCleanup(unit, params.workflow_id));
    return { num_cleaned_up: instances, num_workflow_runs_finalized: runs };
  },

  async setResumeState({ params, body, services }) {
    const request = { workflowId: params.workflow_id, resetRunning: isTruthy(body.reset_if_running) };
    try {
      await services.database.write((unit) => resetTasks(unit, request));
      return {};
    } catch (error) {
      if (isSkepError(error, 'workflow_not_resumable')) return { err_msg: error.message };
      throw error;
    }
  },

  async increaseResources({ params, services }) {
    const ids = await services.database.write((unit) => increaseResources(unit, params.workflow_id));
    return { updated_task_count: ids.length, updated_task_ids: ids };
  },
} satisfies Partial<Handlers>;
