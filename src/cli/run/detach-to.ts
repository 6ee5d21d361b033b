/** Leaving a run behind as a job of a cluster. */
import { join } from 'node:path';
import type { WorkflowInput } from '../../client/input/workflow-input.ts';
import { Clusters } from '../../client/resources/cluster.ts';
import { distributorEnvironment } from '../../client/run/workflow-run.ts';
import { dataDirectory } from '../../core/config.ts';
import { SkepError } from '../../core/errors.ts';
import { silentLog } from '../../core/log.ts';
import { PACKAGE_DIRECTORY } from '../../core/own-files.ts';
import { shellQuote } from '../../core/shell-quote.ts';
import { submitJob } from '../../distributor/clusters/slurm/index.ts';
import { type CommandContext, configFor } from '../context.ts';
import { outputPath, writingTo } from '../output/data-directory.ts';
import { connect } from '../server/connect.ts';
import type { RunFileOptions } from './run-file.ts';

/** The client and its distributor are two processes of Node; a million tasks take most of a GiB. */
const MEMORY_GIB = 2;
/** Seconds after which a run is given up that was told no other time. */
const RUN_TIMEOUT = 36_000;

/**
 * Binds the workflow, and submits the command that runs it. If that job ends too early, the workflow is resumed as any other.
 * @returns the exit code
 */
export async function detachTo(
  clusterName: string,
  input: WorkflowInput,
  options: RunFileOptions,
  context: CommandContext,
): Promise<number> {
  const { clock, processes, output } = context;
  const { workflow, hasFixedArgs } = input;
  if (!hasFixedArgs) {
    const sentence =
      'The workflow has no workflowArgs, by which its job could find it again: give it some, as with --args.';
    throw new SkepError('invalid_usage', sentence);
  }
  const config = configFor(context, options);
  const connection = await connect({ config, clock, processes, log: silentLog });
  try {
    if (connection.serving) {
      const sentence = 'No server runs that a job could use: this command would take its own away when it ends.';
      throw new SkepError('invalid_usage', `${sentence} Start one that the nodes can reach, with skep server start.`);
    }
    const cluster = await new Clusters(connection.requester).get(clusterName);
    if (cluster.type !== 'slurm') {
      throw new SkepError(
        'invalid_usage',
        `A run cannot be a job of cluster ${clusterName}: its type is ${cluster.type}.`,
      );
    }
    await workflow.bindAll({ requester: connection.requester, resume: options.resume });
    const path = writingTo(dataDirectory(config), () =>
      outputPath(dataDirectory(config), { command: 'detached', extension: 'txt', now: clock.now() }),
    );
    const environment = distributorEnvironment(context.environment, connection, config.heartbeat);
    const id = await submitJob(
      clusterName,
      cluster.connectionParameters,
      { ...context, environment },
      {
        name: workflow.name || 'skep',
        script: `#!/bin/sh\nexec ${commandOf(context.words).map(shellQuote).join(' ')}\n`,
        cores: options.jobCores ?? 1,
        memory: (options.jobMemory ?? MEMORY_GIB) * 1024,
        minutes: Math.max(1, Math.ceil((options.jobTime ?? options.timeout ?? RUN_TIMEOUT) / 60)),
        comment: `skep-run:${workflow.workflowId}`,
        ...{ stdout: path, stderr: path, directory: process.cwd(), queue: options.jobQueue },
      },
    );
    const { workflowId } = workflow;
    output.write(
      `Workflow ${workflowId} runs as job ${id} of cluster ${clusterName}. What its client writes:  ${path}\n`,
    );
    output.write(
      `To look at it: skep workflow watch -w ${workflowId}, squeue -j ${id}. To end it: skep workflow stop -w ${workflowId}\n`,
    );
    return 0;
  } finally {
    await connection.close();
  }
}

const OPTIONS = ['--detach-to', '--job-queue', '--job-cores', '--job-memory', '--job-time'];

/** The same command without what is for the job, and to go on with what is bound already. */
function commandOf(words: readonly string[]): string[] {
  const kept = words.filter((word, index) => {
    const isOption = OPTIONS.some((option) => word === option || word.startsWith(`${option}=`));
    return !isOption && !OPTIONS.includes(words[index - 1] ?? '') && word !== '--detach';
  });
  const resume = kept.includes('--resume') ? [] : ['--resume'];
  return [process.execPath, join(PACKAGE_DIRECTORY, 'bin', 'skep.js'), ...kept, ...resume];
}
