/** What the eye sees of a workflow of a million tasks that runs: until the page is there, while it scrolls, and after a change. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { routes } from '../src/api/routes.ts';
import { noBrowser, openBrowser, openTab } from '../test/web/browser.ts';
import { benchmark } from './framework/benchmark.ts';
import { halfDoTheRun } from './framework/half-done-run.ts';
import { createLargeDatabase } from './framework/large-database.ts';
import { BenchServer } from './framework/server.ts';

const TEMPLATES = 12;
/** Pages opened, turns of the wheel, and changes. */
const OPENED = 7;
const TURNS = 60;
const CHANGES = 20;
/** Pixels of one turn, and milliseconds between two. */
const TURN = 1500;
const TURN_PAUSE = 50;
const LOOK_PAUSE = 10;

/** What the page says of the tasks that are done: `899,000 of 1,000,000 tasks`. */
const DONE_TEXT = `[...document.querySelectorAll('main *')].find(({ children, textContent }) =>
  children.length === 0 && / of [\\d,]+ tasks$/.test(textContent)).textContent`;

await benchmark(async ({ directory, size, add }) => {
  if (noBrowser !== false) return console.error(noBrowser);
  const data = join(directory, 'data');
  const workflow = await createLargeDatabase(data, size(1_000_000), 'R', TEMPLATES);
  const running = await halfDoTheRun(data, workflow);
  await using server = await BenchServer.start(data);
  const browser = await openBrowser();
  const tasks = `${workflow.tasks.toLocaleString('en-US')} tasks`;
  const address = (path: string) => `${server.url}${path}#token=${server.token}`;
  try {
    const painted: number[] = [];
    for (let count = 0; count < OPENED; count++) {
      const { page, close } = await openTab(browser);
      await page.goto(address(`/workflow/${workflow.workflowId}`));
      await page.getByRole('link', { name: 'step12' }).waitFor();
      painted.push(await page.evaluate<number>('performance.now()'));
      await close();
    }
    const work = `page: from its address to the progress of all templates, ${tasks}`;
    add({ work, values: painted, unit: 'ms', reach: '≤ 1,500 ms', remark: `first ${Math.round(painted[0] ?? 0)} ms` });

    const { page, close } = await openTab(browser);
    await page.goto(address(`/workflow/${workflow.workflowId}?tab=tasks`));
    await page.getByRole('table', { name: 'Tasks' }).waitFor();
    const { longest, rows } = await scroll(page);
    add({
      work: `page: longest task of the browser while the table of tasks scrolls, ${tasks}`,
      values: [Math.max(...longest)],
      unit: 'ms',
      reach: '≤ 100 ms',
      remark: `${TURNS} turns of ${TURN} pixels; ${rows} rows fetched`,
    });

    await page.goto(address(`/workflow/${workflow.workflowId}`));
    await page.getByRole('link', { name: 'step12' }).waitFor();
    const requester = server.requester();
    const seen: number[] = [];
    for (const id of running.slice(0, size(CHANGES))) {
      const body = { task_instances: [{ task_instance_id: id, status: 'D' }] };
      const before = await page.evaluate(DONE_TEXT);
      await requester.call(routes.endTaskInstances, { body });
      const started = performance.now();
      while ((await page.evaluate(DONE_TEXT)) === before) await sleep(LOOK_PAUSE);
      seen.push(performance.now() - started);
    }
    add({
      work: `page: from a change of a status at the server to the screen, ${tasks}`,
      values: seen,
      unit: 'ms',
      reach: '≤ 1,000 ms',
      remark: `longest ${Math.round(Math.max(...seen))} ms`,
    });
    await requester.close();
    await close();
  } finally {
    await browser.close();
  }
});

/** Longest tasks of the browser between two turns, in milliseconds (those below 50 are not told), and the rows that there are then. */
async function scroll(page: Page): Promise<{ longest: number[]; rows: number }> {
  await page.evaluate(`window.longTasks = []; new PerformanceObserver((list) =>
    window.longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' }); 0`);
  const longest: number[] = [];
  await page.mouse.move(400, 400);
  for (let turn = 0; turn < TURNS; turn++) {
    await page.mouse.wheel(0, TURN);
    await sleep(TURN_PAUSE);
    const durations = await page.evaluate<number[]>('window.longTasks.splice(0)');
    longest.push(Math.max(0, ...durations));
  }
  const height = await page.evaluate<number>(`document.querySelector('[aria-label=Tasks]').scrollHeight`);
  return { longest, rows: Math.round(height / 44) };
}
