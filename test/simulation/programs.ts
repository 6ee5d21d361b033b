/** The programs of the simulated machines: what the `main.ts` of each does, on simulated seams. */
import { Requester } from '../../src/api/requester.ts';
import { messageOf } from '../../src/core/errors.ts';
import { silentLog } from '../../src/core/log.ts';
import { createCluster } from '../../src/distributor/clusters/index.ts';
import { runDistributor } from '../../src/distributor/distributor.ts';
import { checkCluster } from '../../src/worker/check-cluster.ts';
import type { WorkerParts } from '../../src/worker/setup.ts';
import { runSingleShot } from '../../src/worker/single-shot.ts';
import { supervise } from '../../src/worker/supervise.ts';
import { BatchPlugin } from './batch-plugin.ts';
import { runCommand } from './command.ts';
import { launcherOf } from './launcher.ts';
import { machineOf } from './machine.ts';
import type { Role, SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

interface Program {
  readonly role: Role;
  readonly run: (world: World, process: SimulatedProcess) => void;
}

/** What a request to start a process means; undefined: there is no such program (as Perl, whose place others take). */
export function programOf(request: { readonly program: string; readonly arguments: readonly string[] }) {
  const [first = '', ...words] = request.arguments;
  const main = (role: Role, body: Main): Program => ({ role, run: (world, process) => start(world, process, body) });
  if (request.program === '/bin/sh') return { role: 'command', run: runCommand(words[0] ?? '') } satisfies Program;
  if (first.endsWith('distributor/main.ts')) return main('distributor', distributor(words));
  if (first.endsWith('worker/main.ts')) return main('supervisor', supervisor(words));
  return undefined;
}

type Main = (world: World, process: SimulatedProcess, signal: AbortSignal) => Promise<number>;

/** Runs the body of a program; it ends at its end, and SIGTERM and the like abort its signal. */
export function start(world: World, process: SimulatedProcess, body: Main): void {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGHUP', 'SIGUSR1'] as const) process.onSignal.set(name, () => controller.abort());
  process.onSignal.set('SIGINT', () => {}); // Ctrl-C is the client's to answer.
  if (process.role === 'distributor') {
    process.stdin.reader.once('end', () => process.whenAwake(() => controller.abort())).resume();
  }
  body(world, process, controller.signal).then(
    (code) => end(code),
    (error: unknown) => {
      process.stderr.writer.write(`${messageOf(error)}\n`);
      end(1, messageOf(error));
    },
  );
  const end = (code: number, reason = '') => {
    if (process.isAlive) world.history.add(`${process.name} ends with ${code} ${reason}`.trimEnd());
    process.exit({ code, signal: null });
  };
}

export function requesterOf(world: World, process: SimulatedProcess): Requester {
  const { http } = world.scenario.config;
  return new Requester({
    transport: world.network.transportOf(process),
    requestTimeout: http.request_timeout,
    retriesAttempts: http.retries_attempts,
    retriesTimeout: http.retries_timeout,
    clock: process.clock,
    random: world.random.fork(process.identity),
  });
}

function distributor(words: readonly string[]): Main {
  return async (world, process, signal) => {
    await runDistributor({
      clusterName: optionOf(words, '--cluster_name'),
      workflowRunId: Number(optionOf(words, '--workflow_run_id')),
      workflowId: Number(optionOf(words, '--workflow_id')),
      requester: requesterOf(world, process),
      config: world.scenario.config,
      clock: process.clock,
      random: world.random.fork(process.identity),
      processes: launcherOf(world, process),
      machine: machineOf(process),
      spool: world.spool.seenBy(process),
      log: silentLog,
      signal,
      announce: (word) => process.stderr.writer.write(`${word}\n`),
      createCluster: (type, context) =>
        type === 'batch' ? new BatchPlugin(world, process, context) : createCluster(type, context),
    });
    return 0;
  };
}

function supervisor(words: readonly string[]): Main {
  return async (world, process, signal) => {
    const parallelism = words.includes('--parallelism') ? Number(optionOf(words, '--parallelism')) : undefined;
    await supervise(workerParts(world, process), {
      input: process.stdin.reader,
      output: process.stdout.writer,
      parallelism,
      signal,
    });
    return 0;
  };
}

/** The program that a batch cluster starts for one step of a submission. */
export function singleShot(words: readonly string[]): Main {
  return async (world, process, signal) => {
    const parts = workerParts(world, process);
    const clusterCheck = checkCluster(parts.requester, optionOf(words, '--cluster_name'));
    clusterCheck.catch(() => {}); // It is awaited later.
    return runSingleShot(parts, {
      instance: {
        arrayId: Number(optionOf(words, '--array_id')),
        batchNumber: Number(optionOf(words, '--batch_number')),
      },
      clusterCheck,
      expectedVersion: optionOf(words, '--expected_jobmon_version'),
      signal,
    });
  };
}

function workerParts(world: World, process: SimulatedProcess): WorkerParts {
  return {
    config: world.scenario.config,
    requester: requesterOf(world, process),
    clock: process.clock,
    processes: launcherOf(world, process),
    machine: machineOf(process),
    spool: world.spool.seenBy(process),
    log: silentLog,
    environment: process.environment,
    processId: process.pid,
  };
}

function optionOf(words: readonly string[], name: string): string {
  const value = words[words.indexOf(name) + 1];
  if (value === undefined) throw new Error(`${name} is missing in ${words.join(' ')}`);
  return value;
}
