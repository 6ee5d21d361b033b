/** The real Slurm of `scripts/services/slurm.sh`, for tests: started before the first and gone after the last. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, beforeEach } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockFile } from '../../src/server/db/sqlite/dialect.ts';

const script = resolve(import.meta.dirname, '../../scripts/services/slurm.sh');
const DAEMONS = ['slurmctld', 'slurmd', 'slurmdbd', 'slurmrestd', 'munged', 'mariadbd'];

/** Why there can be no Slurm here; false: there can. */
export const noSlurm: string | false =
  process.env.SLURM === 'none'
    ? 'SLURM=none leaves it out'
    : process.getuid?.() !== 0
      ? 'Slurm needs root'
      : DAEMONS.every((name) => existsSync(`/usr/sbin/${name}`))
        ? false
        : 'Slurm is not installed; `make services` does that on Debian, as root';

/** Gives the tests of a file the cluster, whole and without jobs. Files take turns: a reset ends the jobs of everybody. */
export function useSlurm(): void {
  if (noSlurm) return;
  let release: (() => void) | undefined;
  before(async () => {
    const path = join(process.env.SERVICES_DIR ?? tmpdir(), 'skep-slurm-tests.lock');
    for (release = lockFile(path); release === undefined; release = lockFile(path)) await sleep(1000);
  });
  beforeEach(() => {
    slurm('start');
    try {
      slurm('reset');
    } catch {
      // A controller that was killed may believe for minutes in jobs that no node knows: this one is given up.
      slurm('clean');
      slurm('start');
    }
  });
  after(() => {
    slurm('clean');
    release?.();
  });
}

/** One verb of the script. @returns what it prints */
export function slurm(...words: string[]): string {
  return output(script, words);
}

/** Variables by which Slurm's commands find this cluster. */
export function slurmEnvironment(): Record<string, string> {
  return Object.fromEntries(
    slurm('env')
      .split(/\s+/)
      .filter((word) => word.includes('='))
      .map((word) => word.split('=', 2) as [string, string]),
  );
}

/** A command of Slurm. @returns what it prints */
export function command(program: string, ...words: string[]): string {
  return output(program, words, slurmEnvironment());
}

/** Jobs of the last hour in accounting that `filter` accepts, once they are as many as `least`: it lags by seconds. */
export async function accounted(
  format: string,
  filter: (line: string[]) => boolean,
  least: number,
): Promise<string[][]> {
  for (let tries = 0; ; tries++) {
    const lines = command('sacct', '-XnP', '--starttime=now-1hour', `--format=${format}`)
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('|'))
      .filter(filter);
    if (lines.length >= least || tries === 60) return lines;
    await sleep(250);
  }
}

function output(program: string, words: readonly string[], environment: Record<string, string> = {}): string {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  if (status === 0) return stdout;
  throw new Error(`${program} ${words.join(' ')}: ${error?.message ?? stderr}`);
}
