import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { Workbench } from '../../../e2e/skep.ts';
import { assertFit, LOOKS, noBrowser, openBrowser, openTab, servePage } from '../../browser.ts';

let browser: Browser | undefined;
after(() => browser?.close());

/** Fails as long as the file is not there. */
const failingWithout = (file: string) => `
name: mended
args: fixed
templates:
  first: {command: 'echo {word}'}
  check: {command: 'test -e {file}', max_attempts: 1}
tasks:
  - {template: first, args: {word: on}}
  - {template: check, args: {file: ${file}}, after: [first]}
`;

const DIALOGS: readonly { readonly name: string; open(page: Page): Promise<void> }[] = [
  { name: 'pause', open: (page) => page.getByRole('button', { name: 'Pause…' }).press('Enter') },
  { name: 'resume', open: (page) => page.getByRole('button', { name: 'Resume…' }).press('Enter') },
  { name: 'concurrency', open: (page) => openFromMenu(page, 'Concurrency…') },
  { name: 'reset', open: (page) => openFromMenu(page, 'Reset…') },
];

async function openFromMenu(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'More actions' }).press('Enter');
  await page.getByRole('menuitem', { name: item }).press('Enter');
}

describe('what can be done with a workflow', { skip: noBrowser }, () => {
  test('is asked in dialogs that everybody can read, and that keys open and close', async (context) => {
    const bench = new Workbench(context);
    const { origin, address } = await servePage(bench);
    assert.equal((await bench.run('run', bench.write('w.yaml', failingWithout(bench.path('no'))))).code, 1);
    browser ??= await openBrowser();
    for (const { name: look, ...options } of LOOKS) {
      const { page, faults, close } = await openTab(browser, options);
      await page.goto(address);
      await page.goto(`${origin}/workflow/1`);
      await page.getByRole('button', { name: 'More actions' }).press('Enter');
      await page.getByRole('menuitem', { name: 'Reset…' }).waitFor();
      await assertFit(page, `menu-${look}`);
      await page.keyboard.press('Escape');
      await page.getByRole('menuitem', { name: 'Reset…' }).waitFor({ state: 'hidden' });
      for (const { name, open } of DIALOGS) {
        await open(page);
        const dialog = page.getByRole('dialog');
        await dialog
          .getByRole('button', { name: /Cancel|Close/ })
          .last()
          .waitFor();
        await page.waitForTimeout(300);
        await assertFit(page, `dialog-${name}-${look}`);
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'detached' });
        const opener = { pause: 'Pause…', resume: 'Resume…' }[name] ?? 'More';
        await page.locator('button:focus', { hasText: opener }).waitFor();
      }
      assert.deepEqual(faults, []);
      await close();
    }
  });

  test('a failed workflow is reset and resumed from its page, in a process of its own', async (context) => {
    const bench = new Workbench(context);
    const { origin, address } = await servePage(bench);
    assert.equal((await bench.run('run', bench.write('w.yaml', failingWithout(bench.path('go'))))).code, 1);
    browser ??= await openBrowser();
    const { page, faults, close } = await openTab(browser);
    await page.goto(address);
    await page.goto(`${origin}/workflow/1`);
    await openFromMenu(page, 'Reset…');
    await page
      .getByRole('dialog')
      .getByRole('radio', { name: /^Everything: 2 tasks/ })
      .check();
    await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click();
    await page.getByText('0 of 2 tasks').waitFor();
    bench.write('go', '');
    await page.getByRole('button', { name: 'Resume…' }).click();
    await page.getByRole('dialog').getByText(`skep --data-dir ${bench.dataDirectory} workflow resume -w 1`).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await page.getByText('2 of 2 tasks').waitFor();
    assert.deepEqual(faults, []);
    await close();
  });

  test('a limit is in force as soon as it is chosen', async (context) => {
    const bench = new Workbench(context);
    const { origin, address } = await servePage(bench);
    assert.equal((await bench.run('run', bench.write('w.yaml', failingWithout(bench.path('no'))))).code, 1);
    browser ??= await openBrowser();
    const { page, faults, close } = await openTab(browser);
    await page.goto(address);
    await page.goto(`${origin}/workflow/1`);
    await openFromMenu(page, 'Concurrency…');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Exactly').fill('7');
    await dialog.getByText('In force: 7 tasks').waitFor();
    await dialog.getByRole('slider').press('Home');
    await dialog.getByText('In force: 1 task').waitFor();
    await dialog.getByRole('slider').press('End');
    await dialog.getByText('In force: 2 tasks').waitFor();
    assert.deepEqual(faults, []);
    await close();
  });
});

test('the pages of the server of somebody else show the command instead', { skip: noBrowser }, async (context) => {
  const bench = new Workbench(context);
  bench.environment.SKEP__SERVER__MAY_START_RUNS = 'false';
  const { origin, address } = await servePage(bench);
  assert.equal((await bench.run('run', bench.write('w.yaml', failingWithout(bench.path('no'))))).code, 1);
  browser ??= await openBrowser();
  const { page, close } = await openTab(browser);
  await page.goto(address);
  await page.goto(`${origin}/workflow/1`);
  await page.getByRole('button', { name: 'Resume…' }).click();
  await page.getByRole('dialog').getByText('server.may_start_runs is false').waitFor();
  assert.equal(await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).count(), 0);
  await assertFit(page, 'dialog-resume-refused');
  await close();
});
