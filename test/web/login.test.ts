import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { logIn, openScene } from '../server/login/scene.ts';
import { bindPipeline } from '../server/pipeline.ts';
import { assertFit, LOOKS, noBrowser, openBrowser, openTab } from './browser.ts';

let browser: Browser | undefined;
after(() => browser?.close());

/** A workflow of somebody, made by its session. */
async function bindAs(scene: Awaited<ReturnType<typeof openScene>>, name: string): Promise<number> {
  const { url } = scene.server;
  const { visitor } = await logIn(scene, name);
  const { workflowId } = await bindPipeline({
    ask: async (method, path, body) => {
      const sent = { method, headers: { origin: url }, ...(body !== undefined && { body: JSON.stringify(body) }) };
      return (await visitor.ask(`${url}/api/v3${path}`, sent)).json();
    },
  });
  return workflowId;
}

describe('a page whose server offers a login', { skip: noBrowser }, () => {
  test('shows the way in, who is in, and the way out; and comes back to what was in sight', async (context) => {
    const scene = await openScene(context);
    const { url } = scene.server;
    const workflowId = await bindAs(scene, 'anna');
    browser ??= await openBrowser();
    for (const { name, ...look } of LOOKS) {
      const { page, faults, close } = await openTab(browser, look);
      await page.goto(`${url}/workflow/${workflowId}?tab=tasks`);
      await page.getByRole('heading', { name: 'Log in to see this page' }).waitFor();
      await assertFit(page, `login-${name}`);
      await page.getByRole('link', { name: 'Log in' }).click();
      await page.getByPlaceholder('Enter any login').fill('anna');
      await page.getByPlaceholder('and password').fill('any');
      await page.getByRole('button', { name: 'Sign-in' }).click();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('heading', { name: 'bread' }).waitFor();
      assert.equal(new URL(page.url()).pathname, `/workflow/${workflowId}`);
      await page.getByTitle('anna, role user').waitFor();
      await assertFit(page, `logged-in-${name}`);
      await page.getByRole('button', { name: 'Pause…' }).click();
      await page.getByRole('button', { name: 'Pause', exact: true }).click();
      await page.getByRole('button', { name: 'Continue…' }).click();
      await page.getByRole('button', { name: 'Continue', exact: true }).click();
      await page.getByRole('button', { name: 'Pause…' }).waitFor();
      await page.getByRole('link', { name: 'Log out' }).click();
      await page.getByRole('heading', { name: 'Log in to see this page' }).waitFor();
      assert.deepEqual(faults, []);
      await close();
    }
  });

  test('offers a reader nothing that he may not do', async (context) => {
    const scene = await openScene(context, { oidc_role: 'reader', oidc_admins: 'anna' });
    const { url } = scene.server;
    const workflowId = await bindAs(scene, 'anna');
    // As wide as names get.
    const reader = `ben.${'of-a-department-'.repeat(8)}@example.org`;
    const { visitor } = await logIn(scene, reader);
    browser ??= await openBrowser();
    const { page, faults, close } = await openTab(browser, LOOKS[2]);
    const value = visitor.cookies.get(url)?.get('skep_session') ?? '';
    await page.context().addCookies([{ name: 'skep_session', value, url }]);
    await page.goto(`${url}/workflow/${workflowId}?tab=tasks`);
    await page.getByTitle(`${reader}, role reader`).waitFor();
    await page.getByRole('status').filter({ hasText: '5 tasks' }).waitFor();
    await assertFit(page, 'reader-390-light');
    for (const name of ['Pause…', 'More actions', 'Change these…']) {
      assert.equal(await page.getByRole('button', { name }).count(), 0, name);
    }
    assert.deepEqual(faults, []);
    await close();
  });
});
