import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { routes } from '../../src/api/routes.ts';
import { Workbench } from '../e2e/skep.ts';
import { assertFit, LOOKS, noBrowser, openBrowser, openTab, servePage } from './browser.ts';

/** What the page shows: without it there is nothing to look at. */
const noRoutes =
  !('getWorkflowProgress' in routes && 'searchTasks' in routes) && 'the server cannot tell how workflows stand';

/** Some tasks are done, one has failed, one waits for it; names and output try to be more than text. */
const HOSTILE = '<img src=x onerror=document.title=1>';
const RUN = `
name: 'forecast ${HOSTILE}'
args: fixed
templates:
  fetch: {command: 'printf "\\033[31mfetched\\033[0m {year}\\n"'}
  regrid: {command: 'echo "no cell for {year} ${HOSTILE}" >&2; exit 3', max_attempts: 2}
  plot: {command: 'echo {year}'}
tasks:
  - {template: fetch, args: {year: 1990}}
  - {template: fetch, args: {year: 1991}}
  - {template: regrid, args: {year: 1991}, after: [fetch]}
  - {template: plot, args: {year: 1991}, after: [regrid]}
`;

const VIEWS: readonly { readonly name: string; readonly path: string; seen(page: Page): Promise<unknown> }[] = [
  { name: 'list', path: '/', seen: (page) => page.getByRole('link', { name: /^forecast/ }).waitFor() },
  { name: 'overview', path: '/workflow/1', seen: (page) => page.getByRole('link', { name: 'regrid' }).waitFor() },
  { name: 'graph', path: '/workflow/1?tab=graph', seen: (page) => page.getByRole('link', { name: 'plot' }).waitFor() },
  { name: 'timeline', path: '/workflow/1?tab=timeline', seen: (page) => page.getByText('4 attempts.').waitFor() },
  { name: 'tasks', path: '/workflow/1?tab=tasks', seen: (page) => page.getByRole('link', { name: /^plot/ }).waitFor() },
  { name: 'errors', path: '/workflow/1?tab=errors', seen: (page) => page.getByText('no cell for').first().waitFor() },
  { name: 'resources', path: '/workflow/1?tab=resources', seen: (page) => page.getByText('Memory used').waitFor() },
];

let browser: Browser | undefined;
after(() => browser?.close());

describe('the views of a real run', { skip: noBrowser || noRoutes }, () => {
  test('can be read in every look, by everybody, and take text for text', async (context) => {
    const bench = new Workbench(context);
    const { origin, address } = await servePage(bench);
    assert.equal((await bench.run('run', bench.write('w.yaml', RUN))).code, 1);
    browser ??= await openBrowser();
    for (const { name: look, ...options } of LOOKS) {
      const { page, faults, close } = await openTab(browser, options);
      await page.goto(address);
      for (const { name, path, seen } of VIEWS) {
        await page.goto(`${origin}${path}`);
        await seen(page);
        await assertFit(page, `${name}-${look}`);
      }
      await page.goto(`${origin}/workflow/1?tab=tasks&status=FATAL`);
      await page.getByRole('link', { name: /^regrid/ }).click();
      await page.getByRole('log').getByText(HOSTILE).waitFor();
      await assertFit(page, `task-${look}`);
      assert.equal(await page.title(), 'Skep');
      assert.deepEqual(faults, []);
      await close();
    }
  });

  test('follow a run, which can be paused and continued', async (context) => {
    const bench = new Workbench(context);
    const { origin, address } = await servePage(bench);
    const release = bench.path('go');
    const run = bench.start('run', bench.write('w.yaml', waitingFor(release)));
    browser ??= await openBrowser();
    const { page, faults, close } = await openTab(browser);
    await page.goto(address);
    await page.getByRole('link', { name: 'gate' }).waitFor();
    await page.goto(`${origin}/workflow/1`);
    await page.getByRole('button', { name: 'Pause…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Continue…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Pause…' }).waitFor();
    bench.write('go', '');
    await page.getByText('2 of 2 tasks').waitFor();
    assert.equal((await run.ended).code, 0);
    assert.deepEqual(faults, []);
    await close();
  });
});

/** One task that ends when a file is there, and one after it. */
function waitingFor(file: string): string {
  return `
name: gate
args: fixed
templates:
  wait: {command: 'while [ ! -e {file} ]; do sleep 0.05; done'}
  go: {command: 'echo {word}'}
tasks:
  - {template: wait, args: {file: ${file}}}
  - {template: go, args: {word: on}, after: [wait]}
`;
}
