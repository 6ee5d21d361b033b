/**
 * Whole runs of `skep run` (start to exit, everything durable) beside bare loops that start the same commands, measured in
 * the same minute. Prints a table; asserts nothing about time.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const REPEATS = 3;

interface Measured {
  readonly work: string;
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const skep = (workflow: string) => [resolve('bin/skep.js'), 'run', resolve('bench/workflows', workflow)];
const measured: readonly Measured[] = [
  {
    work: 'chain of 100: skep run',
    program: process.execPath,
    arguments: skep('chain.workflow.ts'),
    environment: { CHAIN_LENGTH: '100' },
  },
  { work: 'chain of 100: sh loop', program: 'sh', arguments: ['-c', 'for i in $(seq 100); do sh -c true; done'] },
  {
    work: '1,000 independent: skep run',
    program: process.execPath,
    arguments: skep('independent.workflow.ts'),
    environment: { TASKS: '1000' },
  },
  { work: '1,000 independent: xargs -P2', program: 'sh', arguments: ['-c', 'seq 1000 | xargs -P2 -n1 sh -c true'] },
];

const directory = mkdtempSync(join(tmpdir(), 'skep-bench-'));
try {
  console.log('| work | median seconds | all |\n| --- | --- | --- |');
  for (const item of measured) {
    const seconds = Array.from({ length: REPEATS }, () => secondsOf(item));
    const median = seconds.toSorted((a, b) => a - b)[Math.floor(REPEATS / 2)] as number;
    console.log(`| ${item.work} | ${median.toFixed(2)} | ${seconds.map((value) => value.toFixed(2)).join(', ')} |`);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function secondsOf({ work, program, arguments: words, environment }: Measured): number {
  const started = process.hrtime.bigint();
  const run = spawnSync(program, [...words], {
    cwd: directory,
    env: { ...process.env, ...environment, SKEP__SERVER__DATA_DIR: join(directory, 'data') },
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`${work} ended with ${run.status}:\n${run.stdout}\n${run.stderr}`);
  return Number(process.hrtime.bigint() - started) / 1e9;
}
