import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { Workbench } from '../e2e/skep.ts';
import { assertFit, LOOKS, noBrowser, openBrowser, openTab, servePage } from './browser.ts';

let browser: Browser | undefined;
after(() => browser?.close());

describe('the way in', { skip: noBrowser }, () => {
  test('without a token the page says how to get one; with a wrong one, that it is wrong', async (context) => {
    const { origin } = await servePage(new Workbench(context));
    browser ??= await openBrowser();
    for (const { name, ...look } of LOOKS) {
      const { page, faults, close } = await openTab(browser, look);
      await page.goto(origin);
      await page.getByRole('heading', { name: 'This page needs the token of its server' }).waitFor();
      await assertFit(page, `sign-in-${name}`);
      await page.getByLabel('Token', { exact: true }).fill('wrong');
      await page.getByRole('button', { name: 'Open' }).click();
      await page.getByRole('heading', { name: 'The token is not that of this server' }).waitFor();
      assert.deepEqual(faults, []);
      await close();
    }
  });

  test('the token of the address is taken out of it, and kept by the tab', async (context) => {
    const { origin, address, token } = await servePage(new Workbench(context));
    browser ??= await openBrowser();
    const { page, faults, close } = await openTab(browser);
    await page.goto(address);
    await page.getByRole('heading', { name: 'Workflows' }).waitFor();
    assert.equal(page.url(), `${origin}/`);
    await page.reload();
    await page.getByRole('heading', { name: 'Workflows' }).waitFor();
    assert.equal(await page.evaluate('sessionStorage.getItem("skep-token")'), token);
    assert.deepEqual(faults, []);
    await close();
  });
});
