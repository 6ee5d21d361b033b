import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { apiNames, apiPage } from '../scripts/docs/api.ts';
import { commandsPage } from '../scripts/docs/commands.ts';
import { interchangePage } from '../scripts/docs/interchange.ts';
import { configurationPage, errorsPage, openApiText } from '../scripts/docs/pages.ts';
import { telemetryPage } from '../scripts/docs/telemetry.ts';
import { wirePage } from '../scripts/docs/wire.ts';

const page = (name: string) => readFileSync(join(import.meta.dirname, '../docs', name), 'utf8');

test('the reference pages say what the code says (else: node scripts/docs.ts)', () => {
  assert.equal(page('commands.md'), commandsPage());
  assert.equal(page('configuration.md'), configurationPage());
  assert.equal(page('errors.md'), errorsPage());
  assert.equal(page('openapi.json'), openApiText());
  assert.equal(page('telemetry.md'), telemetryPage());
  assert.equal(page('wire.md'), wirePage());
  assert.equal(page('interchange.md'), interchangePage(page('interchange.md')));
});

test('the page of TypeScript says what the package exports (else: make build && node scripts/docs.ts)', () => {
  assert.equal(page('api.md'), apiPage());
});

test('every exported name has a docstring', () => {
  const names = apiNames();
  assert.ok(names.length > 100);
  assert.deepEqual(
    names.filter(({ docstring }) => docstring === '').map(({ name }) => name),
    [],
  );
});
