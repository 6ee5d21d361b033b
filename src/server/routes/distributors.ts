/** Distributors that claim, leave and take over runs. */
import type { Handlers } from '../handler.ts';
import { claimRun, clustersOf, holderOf, openInstances, releaseRun } from '../operations/distributors.ts';
import { readRun } from '../operations/run-moves.ts';
import { batchTuple } from './instance-wire.ts';

export const distributorHandlers = {
  claimRun({ params, body, services }) {
    const { process, next_report_increment: increment, from_outside: fromOutside = false } = body;
    return services.database.write(async (unit) => {
      const run = await readRun(unit, params.workflow_run_id);
      const claim = { workflowRunId: run.id, runStatus: run.status, process, increment, fromOutside };
      const result = await claimRun(unit, claim, services.processes);
      return {
        granted: result.granted,
        taken_over: result.takenOver,
        workflow_id: run.workflowId,
        workflow_run_status: run.status,
        holder: result.holder,
        seconds_left: result.secondsLeft,
      };
    });
  },

  async releaseRun({ params, body, services }) {
    await services.database.write((unit) => releaseRun(unit, params.workflow_run_id, body.process));
    return {};
  },

  async getDistributor({ params, services }) {
    const holder = await services.database.read(async (unit) => {
      const { id } = await readRun(unit, params.workflow_run_id);
      return holderOf(unit, id, services.processes);
    });
    return { holder: holder ?? null };
  },

  getRunClusters({ params, services }) {
    return services.database.readHeavy(async (unit) => {
      const { workflowId } = await readRun(unit, params.workflow_run_id);
      return { workflow_id: workflowId, cluster_names: await clustersOf(unit, workflowId) };
    });
  },

  async getOpenInstances({ params, services }) {
    const batches = await services.database.readHeavy((unit) => openInstances(unit, params.workflow_run_id));
    return {
      batches: batches.map((batch) => ({
        batch: batchTuple(batch),
        instances: batch.instances.map(({ status, distributorId }) => ({ status, distributor_id: distributorId })),
      })),
    };
  },
} satisfies Partial<Handlers>;
