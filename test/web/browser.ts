/** Debian's Chromium for tests of the page. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { until, type Workbench } from '../e2e/skep.ts';

const program = (process.env.PATH ?? '')
  .split(delimiter)
  .map((directory) => join(directory, 'chromium'))
  .find((path) => existsSync(path));

/** Why tests with a browser cannot run here; false when they can. */
export const noBrowser = program === undefined && 'there is no chromium (scripts/services/chromium.sh install)';

/** Where screenshots are kept to be looked at; nowhere without it. */
const screenshots = process.env.SKEP_TEST_SCREENSHOTS;
const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const LOOKS = [
  { name: '1400-light', viewport: { width: 1400, height: 900 }, colorScheme: 'light' },
  { name: '1400-dark', viewport: { width: 1400, height: 900 }, colorScheme: 'dark' },
  { name: '390-light', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  { name: '390-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
] as const;

export function openBrowser(): Promise<Browser> {
  // Chromium does not confine its processes when it is run by root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: program as string, args });
}

/** A fresh tab, and what went wrong in it: errors of scripts, and what the policy of the page refused. */
export async function openTab(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; faults: string[]; close(): Promise<void> }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  // A refused request is told on the console as well; the page itself says what it makes of it.
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('Failed to load resource')) faults.push(message.text());
  });
  return { page, faults, close: () => context.close() };
}

/** Nothing serious against its accessibility, and nothing wider than the screen. Keeps a screenshot where one is wanted. */
export async function assertFit(page: Page, name: string): Promise<void> {
  if (screenshots !== undefined) {
    mkdirSync(screenshots, { recursive: true });
    await page.screenshot({ path: join(screenshots, `${name}.png`) });
  }
  const overhang = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  assert.ok(Number(overhang) <= 0, `${name} is ${overhang} pixels too wide`);
  // As an expression, because the policy lets no script in that the page does not come with.
  const found = await page.evaluate<string[]>(`${axe}; axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target).join(', ')))`);
  assert.deepEqual(found, [], name);
}

/** A server with its page, until the test is over. */
export async function servePage(bench: Workbench): Promise<{ origin: string; address: string; token: string }> {
  const gui = bench.start('gui', '--no-browser');
  await until(() => gui.output().includes('Serving until'), 'it serves');
  const [address = ''] = gui.output().split('\n');
  const { origin, hash } = new URL(address);
  return { origin, address, token: hash.slice('#token='.length) };
}
