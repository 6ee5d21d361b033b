/** Workflows of equal tasks on the real Slurm; each task writes what it does into a journal. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { Workbench } from '../e2e/skep.ts';
import { command, slurmEnvironment } from './slurm.ts';

/** A bench whose server knows the cluster, and on which silence is noticed after three seconds. */
export async function openBench(context: TestContext): Promise<Workbench> {
  const bench = new Workbench(context);
  Object.assign(bench.environment, slurmEnvironment(), {
    SKEP__HEARTBEAT__TASK_INSTANCE_INTERVAL: '1',
    SKEP__HEARTBEAT__WORKFLOW_RUN_INTERVAL: '2',
    SKEP__REAPER__POLL_INTERVAL_MINUTES: '0.02',
  });
  const { code, errors } = await bench.run('server', 'cluster', 'add', 'hpc', '-t', 'slurm', '-p', 'poll_interval=1');
  assert.equal(code, 0, errors);
  return bench;
}

interface Work {
  readonly command: string;
  readonly tasks: number;
  readonly attempts?: number;
  readonly resources?: string;
}

/** A workflow of equal tasks; `$j` is a journal of the bench, to which each task says what it does. */
export function writeWork(
  bench: Workbench,
  { command: text, tasks, attempts = 1, resources = 'runtime: 60s' }: Work,
): string {
  return bench.write(
    'w.yaml',
    `name: work
args: fixed
cluster: hpc
defaults: {resources: {queue: normal, memory: 1G, cores: 1, ${resources}}, max_attempts: ${attempts}}
templates:
  work: {command: 'j=${bench.path('journal')}.{i}; ${text}'}
tasks:
  - template: work
    each: {i: [${Array.from({ length: tasks }, (_, index) => index).join(', ')}]}
`,
  );
}

export const journal = (bench: Workbench, task: number): string[] => {
  const path = `${bench.path('journal')}.${task}`;
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
};

export const journals = (bench: Workbench, tasks: number) =>
  Array.from({ length: tasks }, (_, task) => journal(bench, task));

/** Ours that Slurm calls alive. */
export const livingJobs = () =>
  command('squeue', '-hr', '-o', '%k')
    .split('\n')
    .filter((line) => line.startsWith('skep:'));
