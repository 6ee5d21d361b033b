import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Outcome } from './simulation.ts';
import type { PromiseName } from './violation.ts';

/** What a history came to, as {@link ./seeds.ts} tells it; `last` is empty where no promise is broken. */
export interface SeedResult extends Omit<Outcome, 'violation'> {
  /** The digest of a second time, where it was played twice. */
  readonly again: string;
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
  /** Aborted when those that are played by then are enough. */
  readonly signal?: AbortSignal;
  readonly onResult?: (result: SeedResult) => void;
}

/** Seeds that a process has before it, so that it never waits for the next. */
const AHEAD = 2;
/** Histories of one process. What thousands of databases leave of holes in its memory would fill the machine in a long run. */
const LIFETIME = 1000;

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
  let next = first;
  const isOver = () => next >= first + count || stopped.aborted;
  const draw = () => (isOver() ? undefined : next++);
  const stopped = AbortSignal.any([enough.signal, ...(options.signal ? [options.signal] : [])]);
  const players = Array.from({ length: Math.min(processes, count) }, async () => {
    while (!isOver()) await play(draw, options, take, stopped);
  });
  await Promise.all(players);
  return results.sort((one, other) => one.seed - other.seed);
}

/** One process, which plays the seeds that `draw` gives until it gives none, or the process has lived for long enough. */
function play(
  draw: () => number | undefined,
  { mutation }: SeedsOptions,
  take: (result: SeedResult) => void,
  stopped: AbortSignal,
): Promise<void> {
  const hook = mutation === undefined ? [] : ['--import', join(import.meta.dirname, 'mutation-hook.ts')];
  const child = spawn(process.execPath, [...hook, join(import.meta.dirname, 'seeds.ts')], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, SIMULATION_MUTATION: mutation },
  });
  const stop = () => child.kill('SIGTERM');
  stopped.addEventListener('abort', stop, { once: true });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  child.stdin.on('error', () => {}); // It broke off, which its end tells.
  let given = 0;
  const give = () => {
    const seed = given++ < LIFETIME ? draw() : undefined;
    if (seed === undefined) child.stdin.end();
    else child.stdin.write(`${seed}\n`);
  };
  for (let ahead = 0; ahead < AHEAD; ahead++) give();
  createInterface({ input: child.stdout }).on('line', (line) => {
    take(JSON.parse(line));
    give();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      stopped.removeEventListener('abort', stop);
      if (code === 0 || stopped.aborted) resolve();
      else reject(new Error(`the simulation broke off (${signal ?? code}): ${errors}`));
    });
  });
}
