import { type StopResult, stopWorkflow } from '../../client/control/stop.ts';
import { countIn, type WorkflowStatusRow } from '../../client/queries/workflow-status.ts';
import { labelOf, WORKFLOW_RUN_STATUSES } from '../../core/status.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { harmless, plural } from '../output/terminal.ts';
import { knownWorkflow } from '../server/known-workflow.ts';
import { withServer } from '../server/with-server.ts';
import { writeJson } from '../views/write.ts';

export interface StopOptions extends CommonOptions {
  readonly workflowId: number;
  readonly hot?: boolean;
  readonly wait: boolean;
  /** Seconds. */
  readonly timeout: number;
  readonly json?: boolean;
}

/** Ends the live run of a workflow. @throws SkepError not_found, extension_missing, workflow_not_stopped */
export async function stopById(options: StopOptions, context: CommandContext): Promise<void> {
  const { workflowId, hot, wait, timeout, json } = options;
  const { result, workflow } = await withServer(options, context, async (requester) => {
    await knownWorkflow(requester, workflowId);
    const result = await stopWorkflow(requester, workflowId, { hot, wait, timeout, clock: context.clock });
    return { result, workflow: await knownWorkflow(requester, workflowId) };
  });
  if (json) writeJson(asJson(workflowId, result), context);
  else context.output.write(`${describe(workflow, result, wait)}\n`);
}

function asJson(workflowId: number, { wasLive, run }: StopResult) {
  return {
    workflow_id: workflowId,
    was_live: wasLive,
    workflow_run_id: run?.workflow_run_id ?? null,
    workflow_run_status: run?.status ?? null,
    over: run === undefined || !run.alive,
  };
}

function describe(workflow: WorkflowStatusRow, { wasLive, run }: StopResult, wait: boolean): string {
  const { WF_ID: id, WF_STATUS: status, TASKS: total, DONE: done, RUNNING: running } = workflow;
  if (run === undefined || !wasLive) return `Workflow ${id} has no live run: it is ${status}.`;
  const whose = `run ${run.workflow_run_id}${run.user === null ? '' : ` of ${harmless(run.user)}`}`;
  if (run.alive && !wait) return `Workflow ${id} is told to stop: its ${whose} ends as soon as its tasks have.`;
  const label = labelOf(WORKFLOW_RUN_STATUSES, run.status);
  const stillRunning = countIn(running);
  const counts = [
    `${countIn(done).toLocaleString('en-US')} of ${plural(total, 'task')} done`,
    ...(stillRunning > 0 ? [`${stillRunning.toLocaleString('en-US')} still running`] : []),
  ].join(', ');
  const next = status === 'DONE' ? '' : `\nTo go on:  skep workflow resume -w ${id}`;
  return `Workflow ${id} has stopped: its ${whose} is ${label}, ${counts}.${next}`;
}
