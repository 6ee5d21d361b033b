import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { until, Workbench } from '../../../e2e/skep.ts';
import { assertFit, LOOKS, noBrowser, openBrowser, openTab, servePage } from '../../browser.ts';

let browser: Browser | undefined;
after(() => browser?.close());

/** Writes so many numbered lines of seventy characters, and more when a file appears. */
const writing = (lines: number, file: string, directory: string) => `
name: writer
args: fixed
templates:
  write: {command: 'seq {lines} | sed "s/^/line /; s/$/ ${'x'.repeat(60)}/"; while [ ! -e {file} ]; do sleep 0.05; done; echo the very end', resources: {stdout: ${directory}, stderr: ${directory}}}
tasks:
  - {template: write, args: {lines: ${lines}, file: ${file}}}
`;

const scrollOf = (page: Page) =>
  page
    .getByRole('log')
    .evaluate((log) => ({ top: log.scrollTop, rest: log.scrollHeight - log.scrollTop - log.clientHeight }));
const textOf = async (page: Page) => (await page.getByRole('log').textContent()) ?? '';

/** The line at the upper edge of what is seen. */
const topLine = (page: Page) =>
  page.evaluate<string>(`(() => {
    const { left, top } = document.querySelector('[role=log]').getBoundingClientRect();
    const { offsetNode, offset } = document.caretPositionFromPoint(left + 20, top + 24);
    const text = offsetNode.textContent;
    const start = text.lastIndexOf('\\n', offset - 1) + 1;
    return text.slice(start, text.indexOf('\\n', start));
  })()`);

describe('the output of an attempt', { skip: noBrowser }, () => {
  test('is followed, read backwards without losing the place, and never held as a whole', async (context) => {
    const bench = new Workbench(context);
    // With its first heartbeat an attempt tells where its output lies.
    bench.environment.SKEP__HEARTBEAT__TASK_INSTANCE_INTERVAL = '0.5';
    const { origin, address } = await servePage(bench);
    const run = bench.start('run', bench.write('w.yaml', writing(70_000, bench.path('go'), bench.directory)));
    browser ??= await openBrowser();
    const { page, faults, close } = await openTab(browser);
    await page.goto(address);
    await page.getByRole('link', { name: 'writer' }).waitFor();
    await page.goto(`${origin}/task/1`);
    await page.getByRole('log').getByText('line 70000 ').waitFor();
    assert.ok((await scrollOf(page)).rest < 30);
    await page.getByRole('log').evaluate((log) => log.scrollTo(0, 400));
    await page.getByRole('switch', { name: 'Follow' }).and(page.locator(':not(:checked)')).waitFor();
    const before = await topLine(page);
    assert.match(before, /^line \d+ /);
    const length = (await textOf(page)).length;
    const earlier = page.getByRole('button', { name: 'Earlier' });
    await earlier.click();
    while ((await textOf(page)).length <= length) await page.waitForTimeout(20);
    assert.equal(await topLine(page), before);
    // Lines adjoin: none is missing, and none is there twice.
    const numbers = (await textOf(page)).match(/(?<=line )\d+/g)?.map(Number) ?? [];
    assert.deepEqual(
      numbers,
      Array.from(numbers, (_, at) => (numbers[0] ?? 0) + at),
    );
    while (!(await textOf(page)).startsWith('line 1 ')) {
      // Nothing when it is off just now: the part that was asked for is on its way.
      await earlier.dispatchEvent('click');
      await page.waitForTimeout(20);
    }
    const text = await textOf(page);
    assert.ok(text.length <= 2_000_000, String(text.length));
    assert.ok(!text.includes('line 70000 '));
    bench.write('go', '');
    await page.getByRole('button', { name: 'To the end' }).click();
    await page.getByRole('log').getByText('the very end').waitFor();
    assert.equal((await run.ended).code, 0);
    assert.ok((await scrollOf(page)).rest < 30);
    await page.getByRole('switch', { name: 'Wrap lines' }).click();
    assert.equal(await page.evaluate("getComputedStyle(document.querySelector('[role=log]')).whiteSpace"), 'pre');
    assert.deepEqual(faults, []);
    await close();
  });

  test('grows in sight', async (context) => {
    const bench = new Workbench(context);
    // With its first heartbeat an attempt tells where its output lies.
    bench.environment.SKEP__HEARTBEAT__TASK_INSTANCE_INTERVAL = '0.5';
    const { origin, address } = await servePage(bench);
    const run = bench.start('run', bench.write('w.yaml', writing(40, bench.path('go'), bench.directory)));
    await until(() => run.output().includes('1') || run.errors() !== '', 'it has begun');
    browser ??= await openBrowser();
    for (const { name: look, ...options } of LOOKS) {
      const { page, close } = await openTab(browser, options);
      await page.goto(address);
      await page.getByRole('link', { name: 'writer' }).waitFor();
      await page.goto(`${origin}/task/1`);
      await page.getByRole('log').getByText('line 40 ').waitFor();
      await assertFit(page, `log-${look}`);
      await close();
    }
    const { page, faults, close } = await openTab(browser);
    await page.goto(address);
    await page.goto(`${origin}/task/1`);
    await page.getByRole('log').getByText('line 40 ').waitFor();
    bench.write('go', '');
    await page.getByRole('log').getByText('the very end').waitFor();
    assert.ok((await scrollOf(page)).rest < 30);
    assert.equal((await run.ended).code, 0);
    assert.deepEqual(faults, []);
    await close();
  });
});
