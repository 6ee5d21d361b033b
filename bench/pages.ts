/** What a hundred open pages cost a server that records status changes as fast as it can. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { benchmark } from './framework/benchmark.ts';
import { createLargeDatabase } from './framework/large-database.ts';
import { launchAll, reportAll } from './framework/reports.ts';
import { BenchServer } from './framework/server.ts';

const PAGES = 100;

await benchmark(async ({ directory, repeats, size, sizes, add }) => {
  for (const wanted of sizes(100_000, 1_000_000)) {
    const data = join(directory, String(wanted));
    const { tasks, workflowId } = await createLargeDatabase(data, wanted, 'R', 12);
    await launchAll({ path: join(data, 'skep.sqlite') });
    await using server = await BenchServer.start(data);
    const requester = server.requester();
    // Long enough for many rounds of the pages.
    const share = Math.min(Math.floor(tasks / (2 * repeats)), size(150_000));
    let first = 1;
    const measure = async () => {
      const ids = Array.from({ length: share }, (_, index) => first + index);
      first += share;
      const started = performance.now();
      await reportAll(requester, ids);
      return (2 * share * 1000) / (performance.now() - started);
    };
    const alone: number[] = [];
    const watched: number[] = [];
    let answers = 0;
    for (let count = 0; count < repeats; count++) {
      alone.push(await measure());
      const pages = await openPages(server, workflowId, size(PAGES));
      watched.push(await measure());
      answers += await pages.close();
    }
    await requester.close();
    add({
      work: `status changes while ${size(PAGES)} pages are open, ${tasks.toLocaleString('en')} tasks`,
      values: watched,
      unit: '/s',
      reach: '≥ 0.8 × alone',
      yardstick: { name: 'alone', values: alone, unit: '/s' },
      remark: `${answers.toLocaleString('en')} answers to pages`,
    });
  }
});

async function openPages({ url, token }: BenchServer, workflowId: number, pages: number) {
  const words = [resolve('bench/programs/onlookers.ts'), url, token, String(workflowId), String(pages)];
  const program = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    close: async () => {
      const ended = once(program, 'close');
      program.stdin.end();
      const answers = Number((await lines.next()).value);
      await ended;
      return answers;
    },
  };
}
