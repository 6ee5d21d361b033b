/**
 * Binding a workflow over HTTP to SQLite on the disk: the client and the server are processes of their own. The time is
 * that of `bind` and `bindTasks`; describing the tasks is not in it, but in the memory of the client.
 */
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { benchmark } from './framework/benchmark.ts';
import { growthExponent, median } from './framework/figure.ts';
import { BenchServer } from './framework/server.ts';

const EDGES = 3;

interface Binding {
  readonly seconds: number;
  /** Bytes. */
  readonly peak: number;
}

await benchmark(async ({ directory, repeats, size, sizes, add }) => {
  let bindings = 0;
  /** Each time to a new database. */
  const bind = async (tasks: number, edges: number): Promise<Binding> => {
    await using server = await BenchServer.start(join(directory, String(bindings++)));
    const words = [resolve('bench/programs/binding-client.ts'), server.url, server.token, tasks, edges].map(String);
    return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }));
  };
  const repeated = async (tasks: number, edges: number): Promise<Binding[]> => {
    const all: Binding[] = [];
    for (let count = 0; count < repeats; count++) all.push(await bind(tasks, edges));
    return all;
  };

  const few = size(10_000);
  const independent = await repeated(few, 0);
  add({
    work: `bind ${few.toLocaleString('en')} tasks of 3 arguments`,
    values: independent.map(({ seconds }) => few / seconds),
    unit: 'tasks/s',
    reach: '≥ 10,000 tasks/s',
    peak: Math.max(...independent.map(({ peak }) => peak)),
  });

  const points: { size: number; seconds: number }[] = [];
  for (const tasks of sizes(10_000, 100_000, 1_000_000)) {
    const all = await repeated(tasks, EDGES);
    points.push({ size: tasks, seconds: median(all.map(({ seconds }) => seconds)) });
    const isLargest = tasks === size(1_000_000);
    add({
      work: `bind ${tasks.toLocaleString('en')} tasks with ${EDGES} edges each`,
      values: all.map(({ seconds }) => seconds),
      unit: 's',
      ...(isLargest && { reach: '≤ 90 s, ≤ 1.5 GiB', remark: `growth exponent ${growthExponent(points).toFixed(2)}` }),
      peak: Math.max(...all.map(({ peak }) => peak)),
    });
  }
});
