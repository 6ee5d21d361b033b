/** Entry of the distributor process: `start --cluster_name C --workflow_run_id N [--workflow_id N]`. */
import { parseArgs } from 'node:util';
import { destination } from 'pino';
import { requesterFor } from '../api/connect.ts';
import { openTracer } from '../api/tracing/open.ts';
import { parseTraceparent, TRACE_VARIABLE } from '../api/tracing/span-context.ts';
import { systemClock } from '../core/clock.ts';
import { loadConfig } from '../core/config.ts';
import { messageOf, SkepError } from '../core/errors.ts';
import { createLog } from '../core/log.ts';
import { systemProcesses } from '../core/process.ts';
import { systemRandom } from '../core/random.ts';
import { runDistributor } from './distributor.ts';
import { watchParent } from './parent.ts';

const OPTIONS = {
  cluster_name: { type: 'string' },
  workflow_run_id: { type: 'string' },
  workflow_id: { type: 'string' },
} as const;

// Not awaited: what awaits while it loads cannot be compiled to CommonJS, which Node starts sooner.
main(process.argv.slice(2))
  .catch((error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = error instanceof SkepError ? error.exitCode : 1;
  })
  .then(() => process.exit()); // Nothing waits any more; connections that are kept open would.

async function main(words: readonly string[]): Promise<void> {
  const { clusterName, workflowRunId, workflowId } = readArguments(words);
  const config = loadConfig();
  const stderr = destination({ fd: 2, sync: true });
  // A client that has gone reads no more; the end of its pipe to us tells us to leave.
  for (const stream of [stderr, process.stderr]) stream.on('error', () => {});
  const place = parseTraceparent(process.env[TRACE_VARIABLE]);
  const fields = { workflow_run_id: workflowRunId, ...(place && { trace_id: place.traceId }) };
  const log = createLog('distributor', config.log.level, stderr).child(fields);
  const requester = requesterFor(config.http);
  requester.context.workflow_run_id = workflowRunId;

  const controller = new AbortController();
  const leave = (reason: string) => {
    if (!controller.signal.aborted) log.info(reason);
    controller.abort();
  };
  for (const name of ['SIGTERM', 'SIGHUP'] as const) process.on(name, () => leave(`Ended by ${name}.`));
  process.on('SIGINT', () => {}); // Ctrl-C is the client's to answer.
  watchParent(process.stdin, systemClock, leave);

  const { telemetry } = config;
  const tracer = await openTracer({
    component: 'distributor',
    telemetry,
    environment: process.env,
    clock: systemClock,
    log,
  });
  await runDistributor({
    tracer,
    clusterName,
    workflowRunId,
    workflowId,
    requester,
    config,
    clock: systemClock,
    random: systemRandom,
    processes: systemProcesses,
    log,
    signal: controller.signal,
    announce: (word) => process.stderr.write(`${word}\n`),
  }).finally(() => tracer?.close());
}

function readArguments(words: readonly string[]) {
  const { values, positionals } = parse(words);
  if (positionals[0] !== 'start' || positionals.length !== 1) {
    throw new SkepError('invalid_usage', `The distributor knows the command start, not "${positionals.join(' ')}".`);
  }
  const { cluster_name: clusterName, workflow_run_id, workflow_id } = values;
  if (clusterName === undefined) throw new SkepError('invalid_usage', '--cluster_name is missing.');
  return {
    clusterName,
    workflowRunId: wholeNumber('workflow_run_id', workflow_run_id),
    workflowId: workflow_id === undefined ? undefined : wholeNumber('workflow_id', workflow_id),
  };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new SkepError('invalid_usage', messageOf(error), { cause: error });
  }
}

function wholeNumber(name: string, text: string | undefined): number {
  if (text === undefined || !/^\d{1,15}$/.test(text)) {
    throw new SkepError('invalid_usage', `--${name} is ${text ?? 'missing'}; it must be a whole number.`);
  }
  return Number(text);
}
