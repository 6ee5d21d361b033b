import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { Workbench } from '../../../e2e/skep.ts';
import { assertFit, LOOKS, noBrowser, openBrowser, openTab, servePage } from '../../browser.ts';

let browser: Browser | undefined;
after(() => browser?.close());

/** Three tasks fail, and two wait for one of them. */
const RUN = `
name: broken
args: fixed
templates:
  fetch: {command: 'echo {year}'}
  regrid: {command: 'false {year}', max_attempts: 1}
  plot: {command: 'echo {year} {kind}'}
tasks:
  - {template: fetch, each: {year: [1990, 1991, 1992]}}
  - {template: regrid, each: {year: [1990, 1991, 1992]}}
  - {template: plot, args: {kind: map}, each: {year: [1990, 1991]}, after: [regrid]}
`;

describe('changing the tasks that the table shows', { skip: noBrowser }, () => {
  test('shows first what comes of it, in every look, and gives the focus back', async (context) => {
    const bench = new Workbench(context);
    const { origin, address } = await servePage(bench);
    assert.equal((await bench.run('run', bench.write('w.yaml', RUN))).code, 1);
    browser ??= await openBrowser();
    for (const { name: look, ...options } of LOOKS) {
      const { page, faults, close } = await openTab(browser, options);
      await page.goto(address);
      await page.goto(`${origin}/workflow/1?tab=tasks&status=FATAL`);
      await page.getByRole('button', { name: 'Change these…' }).press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Memory').fill('2');
      await page.waitForTimeout(300);
      await assertFit(page, `change-${look}`);
      await dialog.getByRole('button', { name: 'Preview' }).press('Enter');
      await dialog.getByText('3 tasks will be changed').waitFor();
      await assertFit(page, `change-preview-${look}`);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await page.locator('button:focus', { hasText: 'Change these…' }).waitFor();
      assert.deepEqual(faults, []);
      await close();
    }
  });

  test('retries with other resources, and marks as done what need not run', async (context) => {
    const bench = new Workbench(context);
    const { origin, address } = await servePage(bench);
    assert.equal((await bench.run('run', bench.write('w.yaml', RUN))).code, 1);
    browser ??= await openBrowser();
    const { page, faults, close } = await openTab(browser);
    await page.goto(address);
    await page.goto(`${origin}/workflow/1?tab=tasks&status=FATAL&search=1992`);
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Change these…' }).click();
    await dialog.getByLabel('Memory').fill('much');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByRole('alert').getByText('much').waitFor();
    await dialog.getByLabel('Memory').fill('2');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByRole('button', { name: 'Retry: 1 task' }).click();
    await page.getByText('No task fits').waitFor();
    await page.goto(`${origin}/workflow/1?tab=tasks&status=FATAL`);
    await page.getByRole('button', { name: 'Change these…' }).click();
    await dialog.getByRole('radio', { name: 'Mark as done' }).check();
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByRole('button', { name: 'Mark as done: 2 tasks' }).click();
    await page.getByText('5 of 8 tasks').waitFor();
    assert.deepEqual(faults, []);
    await close();
  });
});
