/** Distributors that claim, leave and take over runs. */
import type { Handlers } from '../handler.ts';
import { claimRun, holderOf, openInstances, releaseRun } from '../operations/distributors.ts';
import { readRun } from '../operations/run-moves.ts';
import { batchTuple } from './instance-wire.ts';

export const distributorHandlers = {
  claimRun({ params, body, services }) {
    const { process, next_report_increment: increment } = body;
    return services.database.write(async (unit) => {
      const run = await readRun(unit, params.workflow_run_id);
      const claim = { workflowRunId: run.id, runStatus: run.status, process, increment };
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
