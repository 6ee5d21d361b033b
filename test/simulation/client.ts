/** The client: the script of a user, which describes its workflow and runs it, or resumes one that it knows by its id. */

import { resumeWorkflowFromId, type WorkflowResult } from '../../src/client/run/run-workflow.ts';
import { Tool } from '../../src/client/tool.ts';
import type { Workflow } from '../../src/client/workflow.ts';
import { silentLog } from '../../src/core/log.ts';
import { COMMAND, REQUESTED } from './command.ts';
import { launcherOf } from './launcher.ts';
import { SimulatedProcess } from './process.ts';
import { requesterOf, start } from './programs.ts';
import type { Scenario } from './scenario.ts';
import type { World } from './world.ts';

export interface ClientMode {
  /** `new`: a run as of a workflow that is new; `again`: the same script with `resume`; `id`: by the workflow's id. */
  readonly how: 'new' | 'again' | 'id';
  /** Kills what still runs; otherwise it may finish. */
  readonly cold: boolean;
  readonly failFast: boolean;
  readonly forceCleanup: boolean;
}

export interface ClientEnd {
  /** Undefined when the process died, or the run threw an error. */
  readonly result: WorkflowResult | undefined;
  readonly error: unknown;
}

/** Starts a client process; resolves when it has ended, however it did. */
export function runClient(world: World, mode: ClientMode): Promise<ClientEnd> {
  const process = new SimulatedProcess(world, { role: 'client', machine: world.host, ownGroup: true });
  world.history.add(`${process.name} starts: ${mode.how}${mode.how === 'new' ? '' : mode.cold ? ' (cold)' : ' (hot)'}`);
  let result: WorkflowResult | undefined;
  let failure: unknown;
  start(world, process, async () => {
    try {
      result = await runOnce(world, process, mode);
    } catch (error) {
      failure = error;
      throw error;
    }
    world.history.add(`run ${result.workflowRunId} ended with ${result.status}`);
    return result.status === 'D' ? 0 : 1;
  });
  return process.exited.then(({ signal }) => ({ result: signal === null ? result : undefined, error: failure }));
}

async function runOnce(world: World, process: SimulatedProcess, mode: ClientMode): Promise<WorkflowResult> {
  const { scenario } = world;
  const launcher = launcherOf(world, process);
  const shared = {
    requester: requesterOf(world, process),
    failFast: mode.failFast,
    resetRunningJobs: mode.cold,
    forceCleanup: mode.forceCleanup,
    heartbeat: scenario.config.heartbeat,
    environment: { USER: 'bee' },
    clock: process.clock,
    processes: scenario.clientIsLocal ? launcher : { ...launcher, identify: () => undefined },
    log: silentLog,
  };
  if (mode.how === 'id') {
    const [workflow] = world.ledger.rows('workflow');
    return resumeWorkflowFromId({ ...shared, workflowId: workflow?.[0] ?? 0, clusterName: scenario.clusterName });
  }
  return describe(scenario).run({ ...shared, resume: mode.how === 'again' });
}

/** The workflow of a scenario: the same one each time, as a script that is started again makes it. */
function describe({ tasks, templates, clusterName, runtime, lease, ...scenario }: Scenario): Workflow {
  const tool = new Tool('simulation');
  const steps = Array.from({ length: templates }, (_, number) =>
    tool.getTaskTemplate({ templateName: `step ${number}`, commandTemplate: COMMAND, nodeArgs: ['index'] }),
  );
  const workflow = tool.createWorkflow({
    workflowArgs: 'one history',
    defaultClusterName: clusterName,
    defaultComputeResourcesSet: { [clusterName]: { queue: 'null.q', ...REQUESTED, runtime, ...(lease && { lease }) } },
    chunkSize: scenario.chunkSize,
    maxConcurrentlyRunning: scenario.workflowLimit,
  });
  const made = tasks.map(({ template, maxAttempts }, index) => {
    const step = steps[template] as (typeof steps)[number];
    return step.createTask({ index }, { name: `t${index}`, maxAttempts });
  });
  for (const [index, { upstreams }] of tasks.entries()) {
    for (const upstream of upstreams) made[index]?.addUpstream(made[upstream] as (typeof made)[number]);
  }
  workflow.addTasks(made);
  for (const [number, limit] of scenario.arrayLimits.entries()) {
    const isUsed = tasks.some(({ template }) => template === number);
    if (limit !== undefined && isUsed) void workflow.setTaskTemplateMaxConcurrencyLimit(`step ${number}`, limit);
  }
  return workflow;
}
