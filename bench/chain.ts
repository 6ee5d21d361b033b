/**
 * Commands that follow each other: how long after one the next begins. Each writes the time, so that what is measured
 * holds the start of a shell and of `date` too; the yardstick is a shell that does just that.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { benchmark } from './framework/benchmark.ts';
import { measured, secondsOf, skep, type TimedCommand } from './framework/commands.ts';
import { median, quantile } from './framework/figure.ts';

const LENGTH = 200;

await benchmark(async ({ directory, repeats, size, add }) => {
  const length = size(LENGTH);
  const stamps = join(directory, 'stamps');
  const environment = { CHAIN_LENGTH: String(length), STAMPS: stamps };
  const run = skep(['run', resolve('bench/workflows/stamps.workflow.ts')], join(directory, 'data'), environment);
  const line = `date +%s%N >> ${stamps}`;
  const loop = { program: 'sh', arguments: ['-c', `for i in $(seq ${length}); do sh -c '${line}; true'; done`] };
  const chains = measured(repeats, () => gapsOf(run, stamps));
  const bare = measured(repeats, () => gapsOf(loop, stamps)).map(median);
  const work = `chain of ${length}: from one command to the next`;
  const yardstick = { name: '`sh` loop', values: bare, unit: 'ms' };
  add({ work: `${work}, median`, values: chains.map(median), unit: 'ms', reach: '≤ 10 ms', yardstick });
  add({ work: `${work}, 99 of 100`, values: chains.map((gaps) => quantile(gaps, 0.99)), unit: 'ms', reach: '≤ 40 ms' });
});

/** Milliseconds between the times that the commands wrote. */
function gapsOf(command: TimedCommand, stamps: string): number[] {
  rmSync(stamps, { force: true });
  secondsOf(command);
  const times = readFileSync(stamps, 'utf8').trim().split('\n').map(BigInt);
  return times.slice(1).map((time, index) => Number(time - (times[index] as bigint)) / 1e6);
}
