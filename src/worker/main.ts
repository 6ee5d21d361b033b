/** Entry of the worker process: `supervise`, `worker_node_job` and `worker_node_array`. */
import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { capabilitiesOf } from '../api/capabilities.ts';
import { requesterFor } from '../api/connect.ts';
import { openTracer } from '../api/tracing/open.ts';
import { parseTraceparent, TRACE_VARIABLE } from '../api/tracing/span-context.ts';
import { systemClock } from '../core/clock.ts';
import { loadConfig } from '../core/config.ts';
import { messageOf, SkepError } from '../core/errors.ts';
import { lateLog } from '../core/late-log.ts';
import type { LineLog } from '../core/log.ts';
import { checkCluster } from './check-cluster.ts';
import { EXIT } from './exit.ts';
import type { WorkerParts } from './setup.ts';
import type { InstanceName } from './single-shot.ts';

const OPTIONS = {
  cluster_name: { type: 'string' },
  expected_jobmon_version: { type: 'string' },
  task_instance_id: { type: 'string' },
  array_id: { type: 'string' },
  batch_number: { type: 'string' },
  workflow_run_id: { type: 'string' },
  parallelism: { type: 'string' },
} as const;

type Values = { readonly [Name in keyof typeof OPTIONS]?: string };

// Not awaited: what awaits while it loads cannot be compiled to CommonJS, which Node starts sooner.
main(process.argv.slice(2)).then((code) => process.exit(code)); // Connections that are kept open would keep it alive.

async function main(words: readonly string[]): Promise<number> {
  let parsed: { readonly values: Values; readonly positionals: readonly string[] };
  try {
    parsed = parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return EXIT.usage;
  }
  const [program] = parsed.positionals;
  try {
    if (program === 'supervise') return await runSupervisor(parsed.values);
    return await runOne(program, parsed.values);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return error instanceof SkepError ? error.exitCode : EXIT.failed;
  }
}

async function runOne(program: string | undefined, values: Values): Promise<number> {
  const { clusterName, ...options } = singleShotOptions(program, values);
  const asking = ask();
  const clusterCheck = checkCluster(asking.requester, clusterName);
  clusterCheck.catch(() => {}); // It is awaited later.
  return withParts(asking, async (parts) => {
    const { runSingleShot } = await import('./single-shot.ts');
    return runSingleShot(parts, { ...options, clusterCheck, signal: endSignal() });
  });
}

async function runSupervisor({ parallelism, workflow_run_id = '' }: Values): Promise<number> {
  const asking = ask();
  asking.requester.context.workflow_run_id = Number(workflow_run_id);
  return withParts(asking, async (parts) => {
    const { supervise } = await import('./supervise.ts');
    await supervise(parts, {
      input: process.stdin,
      output: createWriteStream('', { fd: 1 }), // Unlike process.stdout, which blocks on a pipe that nobody reads.
      parallelism: parallelism === undefined ? undefined : wholeNumber('parallelism', parallelism),
      signal: endSignal(),
    });
    return EXIT.accepted;
  });
}

function singleShotOptions(program: string | undefined, values: Values) {
  const { cluster_name: clusterName, expected_jobmon_version: expectedVersion } = values;
  if (clusterName === undefined || expectedVersion === undefined) {
    throw new SkepError('invalid_usage', '--cluster_name and --expected_jobmon_version are required.');
  }
  return { instance: instanceName(program, values), clusterName, expectedVersion };
}

function instanceName(program: string | undefined, values: Values): InstanceName {
  if (program === 'worker_node_job') {
    return { taskInstanceId: wholeNumber('task_instance_id', values.task_instance_id) };
  }
  if (program === 'worker_node_array') {
    return {
      arrayId: wholeNumber('array_id', values.array_id),
      batchNumber: wholeNumber('batch_number', values.batch_number),
    };
  }
  const known = 'supervise, worker_node_job, worker_node_array';
  throw new SkepError('invalid_usage', `There is no worker program ${program ?? '(none)'}; there are ${known}.`);
}

function wholeNumber(name: string, text: string | undefined): number {
  if (text === undefined || !/^\d{1,15}$/.test(text)) {
    throw new SkepError('invalid_usage', `--${name} is ${text ?? 'missing'}; it must be a whole number.`);
  }
  return Number(text);
}

/** Somebody waits for the command: the first requests are on their way while {@link withParts} loads what they do not need. */
function ask(): Pick<WorkerParts, 'config' | 'requester'> {
  const config = loadConfig();
  const requester = requesterFor(config.http);
  capabilitiesOf(requester).catch(() => {}); // Asked for again where the answer is needed.
  return { config, requester };
}

async function withParts(
  asking: Pick<WorkerParts, 'config' | 'requester'>,
  run: (parts: WorkerParts) => Promise<number>,
): Promise<number> {
  const { systemProcesses } = await import('../core/process.ts');
  const { env: environment, pid: processId } = process;
  const { telemetry, log: logging } = asking.config;
  const parent = parseTraceparent(environment[TRACE_VARIABLE]);
  const trace = parent === undefined ? {} : { trace_id: parent.traceId };
  const { log, written } = lateLog(() => quietLog(logging.level, { ...asking.requester.context, ...trace }));
  const tracer = await openTracer({ component: 'worker', telemetry, environment, clock: systemClock, log });
  if (parent !== undefined) asking.requester.trace = tracer?.requestsBelow(parent);
  const parts = { ...asking, clock: systemClock, processes: systemProcesses, log, environment, processId, tracer };
  try {
    return await run(parts);
  } finally {
    await tracer?.close();
    await written();
  }
}

/** A log whose reader has gone must not end the process that looks after commands. */
async function quietLog(level: string, fields: Record<string, unknown>): Promise<LineLog> {
  const [{ createLog }, { destination }] = await Promise.all([import('../core/log.ts'), import('pino')]);
  const target = destination({ fd: 2, sync: true });
  target.on('error', () => {});
  const log: LineLog = createLog('worker', level, target).child(fields);
  return log;
}

/** Aborted at the first SIGTERM or SIGHUP. Ctrl-C is the business of whoever started us. */
function endSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGHUP', 'SIGUSR1'] as const) process.on(name, () => controller.abort());
  process.on('SIGINT', () => {});
  return controller.signal;
}
