import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { openTracer } from '../../api/tracing/open.ts';
import { requireExtensions } from '../../client/control/extensions.ts';
import { distributorEnvironment } from '../../client/run/workflow-run.ts';
import { dataDirectory } from '../../core/config.ts';
import { isSkepError, SkepError } from '../../core/errors.ts';
import { systemRandom } from '../../core/random.ts';
import { labelOf, WORKFLOW_RUN_STATUSES, type WorkflowRunStatus } from '../../core/status.ts';
import { runDistributor } from '../../distributor/distributor.ts';
import { type CommandContext, type CommonOptions, configFor } from '../context.ts';
import { openLogFile } from '../output/log-file.ts';
import { detachCommand } from '../run/detach.ts';
import { watchInterrupts } from '../run/interrupt.ts';
import { distributorCommandOf } from '../run/resume-command.ts';
import { connect } from '../server/connect.ts';

export interface StartOptions extends CommonOptions {
  readonly workflowRun: number;
  readonly cluster?: string;
  readonly detach?: boolean;
}

/**
 * Distributes the tasks of a run until the run is over.
 * @returns the exit code: 0 = the run is done, 1 = it ended otherwise, above 128 = ended by a signal.
 */
export async function startDistributor(options: StartOptions, context: CommandContext): Promise<number> {
  if (options.detach) return detachCommand('distributor', options, context);
  const { workflowRun: workflowRunId, verbose = false } = options;
  const { clock, processes, output, errors } = context;
  const config = configFor(context, options);
  const { log } = openLogFile(dataDirectory(config), 'distributor', { level: config.log.level, verbose, clock });
  const { telemetry } = config;
  const tracer = await openTracer({
    component: 'distributor',
    telemetry,
    environment: context.environment,
    clock,
    log,
  });
  const connection = await connect({ config, clock, processes, log });
  const interrupts = watchInterrupts({
    ...{ input: context.input, output: errors, onQuestion: () => {} },
    onStop: () => errors.write(`Leaving workflow run ${workflowRunId} …\n`),
  });
  interrupts.stopAsking(); // Nothing is lost by its end.
  try {
    const { requester } = connection;
    const { workflowId, clusterName } = await placeOf(workflowRunId, options.cluster, requester);
    const end = await runDistributor({
      ...{ clusterName, workflowRunId, workflowId, requester, config, clock, processes, log },
      environment: distributorEnvironment(context.environment, connection, config.heartbeat),
      random: systemRandom,
      tracer,
      signal: interrupts.signal,
      handsOver: true,
      announce(word) {
        errors.write(`${word}\n`); // What the client of a peer waits for.
        if (word !== 'ALIVE') return;
        output.write(
          `Distributing workflow run ${workflowRunId} (workflow ${workflowId}) to cluster ${clusterName}.\n`,
        );
      },
    });
    return sayEnd(end.runStatus);
  } finally {
    interrupts.dispose();
    await tracer?.close();
    await connection.close();
  }

  function sayEnd(runStatus: string | undefined): number {
    if (interrupts.exitCode !== undefined) {
      const command = distributorCommandOf(workflowRunId, options.dataDir);
      output.write(`Workflow run ${workflowRunId} is left to the next distributor:  ${command}\n`);
      return interrupts.exitCode;
    }
    const label = labelOf(WORKFLOW_RUN_STATUSES, runStatus as WorkflowRunStatus);
    output.write(`Workflow run ${workflowRunId} is over: ${label}.\n`);
    return runStatus === 'D' ? 0 : 1;
  }
}

/** @throws SkepError not_found, invalid_usage naming the clusters of the tasks. */
async function placeOf(
  workflowRunId: number,
  wanted: string | undefined,
  requester: Requester,
): Promise<{ workflowId: number; clusterName: string }> {
  await requireExtensions(requester, 'tell whether another distributor has the run');
  const input = { params: { workflow_run_id: workflowRunId } };
  const asked = requester.call(routes.getRunClusters, input).catch((error: unknown) => {
    if (!isSkepError(error, 'not_found')) throw error;
    throw new SkepError('not_found', `Workflow run ${workflowRunId} does not exist.`, { cause: error });
  });
  const { workflow_id: workflowId, cluster_names: names } = await asked;
  const all = `The tasks of workflow run ${workflowRunId} ask for ${names.join(', ')}`;
  if (wanted !== undefined && !names.includes(wanted)) {
    throw new SkepError('invalid_usage', `${all}, not for ${wanted}.`);
  }
  const [clusterName = wanted, second] = wanted === undefined ? names : [wanted];
  if (clusterName !== undefined && second === undefined) return { workflowId, clusterName };
  throw new SkepError('invalid_usage', `${all}: say which with --cluster.`);
}
