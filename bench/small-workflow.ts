/** The whole of `skep run` where the work is next to nothing: what starting and ending costs. */
import { join, resolve } from 'node:path';
import { benchmark } from './framework/benchmark.ts';
import { measured, secondsOf, skep } from './framework/commands.ts';

await benchmark(async ({ directory, repeats, add }) => {
  const workflow = resolve('bench/workflows/independent.workflow.ts');
  const run = skep(['run', workflow], join(directory, 'data'), { TASKS: '10' });
  secondsOf(run); // The first one makes the database.
  const loop = { program: 'sh', arguments: ['-c', 'for i in $(seq 10); do sh -c true; done'] };
  add({
    work: '10 tasks: whole `skep run`',
    values: measured(repeats, () => secondsOf(run)),
    unit: 's',
    reach: '≤ 1.0 s',
    yardstick: { name: '`sh` loop', values: measured(repeats, () => secondsOf(loop)), unit: 's' },
  });
});
