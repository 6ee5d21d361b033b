/** Binding workflows over HTTP to a server in a process of its own, with a new SQLite file on the disk. */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Binding } from './clients/bind.ts';
import { benchmark } from './framework/benchmark.ts';
import { growthExponent, median } from './framework/figure.ts';
import { startServerProcess } from './framework/server.ts';

const run = promisify(execFile);
const EDGES_PER_TASK = 3;

await benchmark(async ({ directory, repeats, sizes, add }) => {
  const points: { size: number; seconds: number }[] = [];
  for (const size of sizes(10_000, 100_000, 1_000_000)) {
    const bindings: Binding[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) bindings.push(await bind(size, join(directory, 'data')));
    const seconds = bindings.map(({ binding }) => binding);
    points.push({ size, seconds: median(seconds) });
    const describing = median(bindings.map((each) => each.describing)).toFixed(1);
    const isLarge = size >= 1_000_000;
    add({
      work: `bind ${size.toLocaleString('en')} tasks, 3 arguments and ${EDGES_PER_TASK} edges each, over HTTP`,
      values: isLarge ? seconds : seconds.map((each) => size / each),
      unit: isLarge ? 's' : 'tasks/s',
      reach: isLarge ? '≤ 90 s, ≤ 1,536 MiB' : '≥ 10,000 tasks/s',
      peak: Math.max(...bindings.map(({ peak }) => peak)),
      remark: `${describing} s before that to describe the tasks`,
    });
  }
  if (points.length > 1) {
    add({
      work: 'growth of binding with the number of tasks',
      values: [growthExponent(points)],
      unit: '(exponent)',
      reach: '≤ 1.05',
    });
  }
});

async function bind(size: number, data: string): Promise<Binding> {
  const server = await startServerProcess(data, { SKEP__LOG__LEVEL: 'warn' });
  try {
    const client = [resolve('bench/clients/bind.ts'), String(size), server.url, server.token];
    const { stdout } = await run(process.execPath, client);
    return JSON.parse(stdout);
  } finally {
    await server.close();
    rmSync(data, { recursive: true });
  }
}
