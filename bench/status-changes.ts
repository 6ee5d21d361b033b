/**
 * Durable status changes at the server: bulk reports of the start and the end of task instances through the routes of
 * workers, several requests in flight. Each report moves the instance and its task.
 */
import { join } from 'node:path';
import { benchmark } from './framework/benchmark.ts';
import { createLargeDatabase } from './framework/large-database.ts';
import { launchAll, reportAll } from './framework/reports.ts';
import { BenchServer } from './framework/server.ts';

await benchmark(async ({ directory, repeats, size, sizes, add }) => {
  for (const wanted of sizes(10_000, 100_000, 1_000_000)) {
    const data = join(directory, String(wanted));
    const { tasks } = await createLargeDatabase(data, wanted, 'R');
    await launchAll({ path: join(data, 'skep.sqlite') });
    await using server = await BenchServer.start(data);
    const share = Math.min(Math.floor(tasks / repeats), size(30_000));
    const values: number[] = [];
    const requester = server.requester();
    for (let count = 0; count < repeats; count++) {
      const ids = Array.from({ length: share }, (_, index) => count * share + index + 1);
      const started = performance.now();
      await reportAll(requester, ids);
      values.push((2 * share * 1000) / (performance.now() - started));
    }
    await requester.close();
    add({
      work: `status changes, ${tasks.toLocaleString('en')} task instances in the database`,
      values,
      unit: '/s',
      reach: '≥ 20,000 /s',
    });
  }
});
