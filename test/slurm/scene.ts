/** Workflows on the real cluster: a bench whose server knows it, and tasks that write down what they do. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { Workbench } from '../e2e/skep.ts';
import { command, noSlurm, slurm, slurmEnvironment } from './slurm.ts';

export const skip = { skip: noSlurm };
export const skipLong = { skip: noSlurm || (process.env.SLURM === 'long' ? false : 'SLURM=long runs it') };

export const TRANSPORTS = ['cli', 'rest'] as const;
export type ClusterTransport = (typeof TRANSPORTS)[number];

export interface Place {
  readonly transport?: ClusterTransport;
  /** Origin of slurmrestd; default: the cluster's own. */
  readonly restUrl?: string;
  /** Other connection parameters. */
  readonly parameters?: readonly string[];
  /**
   * Seconds between two signs of life of a worker; thrice that is silence. Default: 5. On a busy machine some seconds pass
   * until a launched worker is heard, or all jobs are looked at: what counts as silence has to take longer.
   */
  readonly heartbeat?: number;
}

/** A bench whose server knows the cluster as `hpc`. */
export async function open(context: TestContext, place: Place = {}): Promise<Workbench> {
  const bench = new Workbench(context);
  Object.assign(bench.environment, environmentFor(place), {
    SKEP__HEARTBEAT__TASK_INSTANCE_INTERVAL: String(place.heartbeat ?? 5),
    SKEP__HEARTBEAT__WORKFLOW_RUN_INTERVAL: '2',
    SKEP__REAPER__POLL_INTERVAL_MINUTES: '0.02',
  });
  const parameters = ['poll_interval=1', ...parametersFor(bench, place), ...(place.parameters ?? [])];
  const words = parameters.flatMap((parameter) => ['-p', parameter]);
  const { code, errors } = await bench.run('server', 'cluster', 'add', 'hpc', '-t', 'slurm', ...words);
  assert.equal(code, 0, errors);
  return bench;
}

/** With rest, Slurm's commands find no cluster: whoever used them would fail. */
function environmentFor({ transport = 'cli' }: Place): Record<string, string> {
  return transport === 'cli' ? slurmEnvironment() : { SLURM_CONF: '/dev/null' };
}

function parametersFor(bench: Workbench, { transport = 'cli', restUrl }: Place): string[] {
  if (transport === 'cli') return [];
  const file = bench.path('slurm-token');
  writeToken(file);
  return ['transport=rest', `rest_url=${restUrl ?? slurmEnvironment().SLURMRESTD_URL}`, `rest_token_file=${file}`];
}

export function writeToken(path: string): void {
  writeFileSync(path, slurm('token'), { mode: 0o600 });
}

export interface Work {
  readonly command: string;
  readonly tasks: number;
  readonly attempts?: number;
  readonly resources?: string;
}

/** A workflow of equal tasks; `$j` is a journal of the bench, to which each task says what it does. */
export function write(
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

export const journals = (bench: Workbench, tasks: number): string[][] =>
  Array.from({ length: tasks }, (_, task) => journal(bench, task));

/** Ours that Slurm calls alive. */
export const livingJobs = (): string[] =>
  command('squeue', '-hr', '-o', '%k')
    .split('\n')
    .filter((line) => line.startsWith('skep:'));
