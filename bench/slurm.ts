/**
 * Thousands of tasks on a real Slurm beside job arrays that somebody submits by hand: until the controller has accepted all, and
 * until all are done.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { benchmark } from './framework/benchmark.ts';
import { secondsOf, skep } from './framework/commands.ts';
import { median } from './framework/figure.ts';
import { type Acceptance, NotedCalls } from './framework/noted-calls.ts';
import { BenchSlurm } from './framework/slurm.ts';

/** Tasks in one array of ours: the most that the server puts into one batch. */
const ARRAY = 500;
/** Milliseconds between two looks at a file. */
const LOOK_INTERVAL = 10;
/** Of an `sbatch` by hand: what the tasks of the workflow ask for. */
const OPTIONS = [
  '--mem=1024M',
  '--time=5',
  '--partition=normal',
  '--output=/dev/null',
  '--error=/dev/null',
  '--parsable',
];

await benchmark(async ({ directory, repeats, size, add }) => {
  using slurm = BenchSlurm.start();
  if (slurm === undefined) return;
  const data = join(directory, 'data');
  secondsOf(skep(['server', 'cluster', 'add', 'hpc', '--type', 'slurm'], data, slurm.environment));
  const bench: Bench = { slurm, directory, data };

  const many = size(10_000);
  const accepted = { ours: [] as number[], byHand: [] as number[] };
  let calls = '';
  for (let round = 0; round < repeats; round++) {
    const byHand = submitByHand(bench, many);
    const ours = await acceptAll(bench, many);
    accepted.byHand.push(byHand.seconds);
    accepted.ours.push(ours.seconds);
    calls = `${ours.calls} arrays, by hand ${byHand.calls}`;
  }
  add({
    work: `Slurm: ${many.toLocaleString('en')} tasks, from the first array submitted to the last accepted`,
    values: accepted.ours,
    unit: 's',
    reach: '≤ 1.2 × by hand, ≤ 10 s',
    yardstick: { name: 'the same arrays by `sbatch`, one after the other', values: accepted.byHand, unit: 's' },
    remark: calls,
  });

  const few = size(1000);
  const done = { ours: [] as number[], byHand: [] as number[] };
  for (let round = 0; round < repeats; round++) {
    done.byHand.push(await runByHand(bench, few));
    done.ours.push(await runAll(bench, few));
  }
  add({
    work: `Slurm: ${few.toLocaleString('en')} no-op tasks, from \`skep run\` to the last line written`,
    values: done.ours,
    unit: 's',
    reach: '≤ 1.1 × by hand',
    yardstick: { name: '`sbatch --array` of the same line', values: done.byHand, unit: 's' },
    remark: `${(((median(done.ours) - median(done.byHand)) / few) * 1000).toFixed(1)} ms more for each`,
  });
});

interface Bench {
  readonly slurm: BenchSlurm;
  readonly directory: string;
  readonly data: string;
}

/** Arrays of the same sizes as those that Skep submits. */
function submitByHand(bench: Bench, tasks: number): Acceptance {
  const { slurm } = bench;
  slurm.open(false);
  const calls = new NotedCalls(bench.directory);
  for (let first = 0; first < tasks; first += ARRAY) {
    const last = Math.min(ARRAY, tasks - first) - 1;
    slurm.run(calls.program, [...OPTIONS, `--array=0-${last}`], '#!/bin/sh\nexec true\n');
  }
  slurm.reset();
  return calls.read();
}

async function acceptAll(bench: Bench, tasks: number): Promise<Acceptance> {
  const { slurm } = bench;
  slurm.open(false);
  const calls = new NotedCalls(bench.directory);
  const run = start(bench, tasks, { PATH: `${dirname(calls.program)}:${process.env.PATH}` });
  const accepted = () => slurm.run('squeue', ['--noheader', '--array', '--format=%i']).split('\n').length - 1;
  while (accepted() < tasks) await sleep(500);
  run.child.kill('SIGINT');
  await run.ended;
  slurm.open(true);
  return calls.read();
}

/** Seconds from `sbatch` to the last line that its tasks write. */
async function runByHand({ slurm, directory }: Bench, tasks: number): Promise<number> {
  const out = join(directory, 'by-hand');
  rmSync(out, { force: true });
  slurm.open(true);
  const started = performance.now();
  slurm.run('sbatch', [...OPTIONS, `--array=0-${tasks - 1}`], `#!/bin/sh\necho >> ${out}\n`);
  await written(out, tasks);
  const seconds = (performance.now() - started) / 1000;
  slurm.reset();
  return seconds;
}

/** By Skep: from the start of its command. */
async function runAll(bench: Bench, tasks: number): Promise<number> {
  const out = join(bench.directory, 'ours');
  rmSync(out, { force: true });
  bench.slurm.open(true);
  const started = performance.now();
  const run = start(bench, tasks, { OUT: out });
  await written(out, tasks);
  const seconds = (performance.now() - started) / 1000;
  const [code] = await run.ended;
  if (code !== 0) throw new Error(`skep run ended with ${code}: ${run.errors()}`);
  return seconds;
}

function start({ slurm, data }: Bench, tasks: number, variables: Readonly<Record<string, string>>) {
  const lease = { SKEP__WORKER_NODE__LEASE: '0' }; // A job that Slurm gives up is tried again at once.
  const environment = { ...slurm.environment, ...lease, ...variables, TASKS: String(tasks) };
  const run = skep(['run', resolve('bench/workflows/slurm.workflow.ts')], data, environment);
  const child = spawn(run.program, run.arguments, {
    env: { ...process.env, ...run.environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  return { child, ended: once(child, 'close') as Promise<[number | null]>, errors: () => errors };
}

async function written(path: string, lines: number): Promise<void> {
  for (;;) {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size >= lines && readFileSync(path, 'utf8').split('\n').length > lines) return;
    await sleep(LOOK_INTERVAL);
  }
}
