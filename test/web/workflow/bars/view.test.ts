import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { Workbench } from '../../../e2e/skep.ts';
import { assertFit, LOOKS, noBrowser, openBrowser, openTab, servePage } from '../../browser.ts';

let browser: Browser | undefined;
after(() => browser?.close());

const PLACES = Array.from({ length: 30 }, (_, place) => place);
const RUN = `
name: lanes
args: fixed
templates:
  fetch: {command: 'sleep 0.{place}'}
  regrid: {command: 'sleep 0.3; test {place} -lt 25', max_attempts: 1}
  plot: {command: 'sleep 4; echo {word}'}
tasks:
  - {template: plot, args: {word: long}}
  - {template: fetch, each: {place: [${PLACES.join(', ')}]}}
  - {template: regrid, each: {place: [${PLACES.join(', ')}]}}
`;

describe('the attempts of a run as bars', { skip: noBrowser }, () => {
  test('are looked at from afar and nearby, and lead to their tasks', async (context) => {
    const bench = new Workbench(context);
    const { origin, address } = await servePage(bench);
    assert.equal((await bench.run('run', bench.write('w.yaml', RUN))).code, 1);
    browser ??= await openBrowser();
    for (const { name: look, ...options } of LOOKS) {
      const { page, faults, close } = await openTab(browser, options);
      await page.goto(address);
      await page.goto(`${origin}/workflow/1?tab=timeline`);
      await page.getByText('61 attempts.').waitFor();
      const chart = page.getByRole('img', { name: /^61 attempts as bars/ });
      await chart.scrollIntoViewIfNeeded();
      await assertFit(page, `bars-${look}`);
      const closer = page.getByRole('button', { name: 'Closer' });
      for (const step of ['Closer', 'Closer', 'Later', 'Earlier', 'Earlier']) {
        await page.getByRole('button', { name: step }).press('Enter');
      }
      await assertFit(page, `bars-near-${look}`);
      assert.ok(await page.getByRole('button', { name: 'Farther' }).isEnabled());
      await page.getByRole('button', { name: 'All' }).click();
      await page.getByRole('button', { name: 'Earlier', disabled: true }).waitFor();
      assert.ok(await closer.isEnabled());
      // The first bar, on the line below the first name: it takes a third of the time of the run.
      const { x, y, width } = (await chart.boundingBox()) ?? { x: 0, y: 0, width: 0 };
      const [left, top] = [x + 0.15 * width, y + 34 + 22 + 6];
      await page.mouse.move(left, top);
      await assertFit(page, `bars-hover-${look}`);
      await page.mouse.click(left, top);
      await page.getByRole('heading', { name: /^plot/ }).waitFor();
      assert.deepEqual(faults, []);
      await close();
    }
  });
});
