/**
 * `make simulate`: plays any number of seeds, then (with `--mutations`) proves that bugs would be found. Ctrl-C ends it with
 * the summary of what was played.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { catchMutation } from './catch-mutation.ts';
import { MUTATIONS } from './mutations.ts';
import { complaintOf, summaryOf } from './report.ts';
import { runSeeds, type SeedResult } from './run-seeds.ts';
import { simulate } from './simulation.ts';

/** Complaints that are printed; more would hide the first ones. */
const SHOWN = 5;
/** Milliseconds between two lines of progress. */
const PROGRESS = 30_000;
/** Exit status of a command that Ctrl-C has ended. */
const INTERRUPTED = 130;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    first: { type: 'string', default: '1' },
    mutations: { type: 'boolean' },
  },
});
const count = Number(values.seeds);
const first = Number(values.first);

if (process.env.SIMULATION_LOG && count === 1) await showOne(first);
else {
  const isClean = await playAll();
  const isSharp = !values.mutations || process.exitCode === INTERRUPTED || (await catchAll());
  if (!isClean || !isSharp) process.exitCode = 1;
}

/** In this process, so that its whole history can be read. */
async function showOne(seed: number): Promise<void> {
  const { violation } = await simulate(seed);
  if (violation !== undefined) process.exitCode = 1;
}

async function playAll(): Promise<boolean> {
  const started = performance.now();
  const complaints: string[] = [];
  let done = 0;
  let nextProgress = PROGRESS;
  const note = (result: SeedResult) => {
    const complaint = complaintOf(result);
    if (complaint !== undefined) {
      const isShown = complaints.push(complaint) <= SHOWN;
      console.log(isShown ? `${complaint}\n` : complaint.split('\n', 1)[0]);
    }
    done++;
    const elapsed = performance.now() - started;
    if (elapsed < nextProgress) return;
    nextProgress = elapsed + PROGRESS;
    console.log(
      `${done} of ${count} seeds, ${(done / (elapsed / 1000)).toFixed(1)} a second, ${complaints.length} broken`,
    );
  };
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const { signal } = interrupted;
  const results = await runSeeds({ first, count, processes: availableParallelism(), signal, onResult: note });
  console.log(summaryOf(results, (performance.now() - started) / 1000));
  console.log(`${complaints.length} broken promises`);
  if (signal.aborted) {
    console.log('Interrupted: the others were not played.');
    process.exitCode = INTERRUPTED;
  }
  return complaints.length === 0;
}

async function catchAll(): Promise<boolean> {
  let missed = 0;
  for (const mutation of MUTATIONS) {
    const caught = await catchMutation(mutation);
    if (caught === undefined) missed++;
    console.log(
      caught === undefined
        ? `NOT CAUGHT: ${mutation.name}`
        : `caught by seed ${caught.seed} (${caught.promise}): ${mutation.name}`,
    );
  }
  return missed === 0;
}
