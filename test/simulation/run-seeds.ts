import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { PromiseName } from './violation.ts';

/** What a history came to, as {@link ./seeds.ts} tells it. */
export interface SeedResult {
  readonly seed: number;
  readonly digest: string;
  /** The digest of a second time, where it was played twice. */
  readonly again: string;
  readonly last: readonly string[];
  /** Simulated seconds. */
  readonly duration: number;
  readonly answers: number;
  readonly commands: number;
  readonly violation?: { readonly promise: PromiseName; readonly sentence: string };
}

export interface SeedsOptions {
  readonly first: number;
  readonly count: number;
  /** Processes that play at once. */
  readonly processes: number;
  /** Name of a mutation to put in force. */
  readonly mutation?: string;
  /** All processes end at the first broken promise. */
  readonly untilViolation?: boolean;
  readonly onResult?: (result: SeedResult) => void;
}

/** Plays the histories of `count` seeds from `first` on. Rejects when a process breaks off. */
export async function runSeeds(options: SeedsOptions): Promise<SeedResult[]> {
  const { first, count, processes } = options;
  const results: SeedResult[] = [];
  const enough = new AbortController();
  const take = (result: SeedResult) => {
    results.push(result);
    options.onResult?.(result);
    if (options.untilViolation && result.violation !== undefined) enough.abort();
  };
  const last = first + count - 1;
  const starts = Array.from({ length: Math.min(processes, count) }, (_, index) => first + index);
  await Promise.all(starts.map((start) => play([start, last, starts.length], options, take, enough.signal)));
  return results.sort((one, other) => one.seed - other.seed);
}

function play(
  seeds: readonly number[],
  { mutation }: SeedsOptions,
  take: (result: SeedResult) => void,
  enough: AbortSignal,
): Promise<void> {
  const hook = mutation === undefined ? [] : ['--import', join(import.meta.dirname, 'mutation-hook.ts')];
  const child = spawn(process.execPath, [...hook, join(import.meta.dirname, 'seeds.ts'), ...seeds.map(String)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SIMULATION_MUTATION: mutation },
  });
  enough.addEventListener('abort', () => child.kill('SIGTERM'));
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  createInterface({ input: child.stdout }).on('line', (line) => take(JSON.parse(line)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0 || enough.aborted) resolve();
      else reject(new Error(`the simulation of seeds ${seeds.join(', ')} broke off (${signal ?? code}): ${errors}`));
    });
  });
}
