import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const built = resolve(import.meta.dirname, '../../dist/web');
const page = readFileSync(join(built, 'index.html'), 'utf8');
/** What the browser fetches before anything is seen. */
const first = Array.from(page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g), ([, path]) => path as string);

test('the first load is 500 kB at most, compressed', () => {
  assert.ok(first.length >= 3);
  const bytes = first.reduce((sum, path) => sum + statSync(join(built, `${path}.gz`)).size, 0);
  assert.ok(bytes <= 500_000, `${bytes} bytes`);
});

test('charts, graphs and the schemas of routes are no part of it', () => {
  const text = first.map((path) => readFileSync(join(built, path), 'utf8')).join('\n');
  for (const trace of [/echarts/i, /react-flow__node/, /TypeBox/i]) assert.doesNotMatch(text, trace);
  const lazy = readdirSync(join(built, 'assets')).filter((name) => !first.includes(`assets/${name}`));
  assert.ok(lazy.some((name) => name.startsWith('chart-') && name.endsWith('.js')));
});
