import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { routes } from '../../../src/api/routes.ts';
import type { CommandContext } from '../../../src/cli/context.ts';
import { lookAt } from '../../../src/cli/server/look.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { loadConfig } from '../../../src/core/config.ts';
import { silentLog } from '../../../src/core/log.ts';
import { systemProcesses } from '../../../src/core/process.ts';
import { startServer } from '../../../src/server/start.ts';

function openPlace(test: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'skep-look-'));
  test.after(() => rmSync(root, { recursive: true, force: true }));
  const directory = join(root, 'data');
  const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const context: CommandContext = {
    ...{ input: Readable.from([]), output: sink(), errors: sink(), words: [] },
    ...{ clock: systemClock, processes: systemProcesses, environment: { HOME: root } },
  };
  const config = loadConfig({ environment: {}, overrides: { server: { data_dir: directory } } });
  return { root, directory, context, serve: () => startServer({ config, log: silentLog }) };
}

/** Path and content of every file. */
function stateOf(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return `${path} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
    })
    .sort();
}

test('where nothing is, nothing is asked and nothing is made', async (test) => {
  const { root, directory, context } = openPlace(test);
  const ask = () => assert.fail('nobody can be asked');
  assert.equal(await lookAt({ dataDir: directory }, context, ask), undefined);
  assert.deepEqual(readdirSync(root), []);
});

test('a database without a server is asked, and every byte stays as it was', async (test) => {
  const { root, directory, context, serve } = openPlace(test);
  await (await serve()).close();
  const before = stateOf(root);
  const answer = await lookAt({ dataDir: directory }, context, async (requester, { isServed }) => {
    const { workflows } = await requester.call(routes.listWorkflows, { query: {} });
    return { workflows, isServed };
  });
  assert.deepEqual(answer, { workflows: [], isServed: false });
  assert.deepEqual(stateOf(root), before);
});

test('a live server is asked, with its token', async (test) => {
  const { directory, context, serve } = openPlace(test);
  const server = await serve();
  test.after(() => server.close());
  const isServed = await lookAt({ dataDir: directory }, context, async (requester, seen) => {
    await requester.call(routes.listWorkflows, { query: {} });
    return seen.isServed;
  });
  assert.equal(isServed, true);
});

test('what could change something is not sent', async (test) => {
  const { directory, context, serve } = openPlace(test);
  await (await serve()).close();
  const look = lookAt({ dataDir: directory }, context, (requester) =>
    requester.call(routes.addTool, { body: { name: 'made by a look' } }),
  );
  await assert.rejects(look, /POST \/tool: status 405, a look must change nothing/);
});

test('a configured server that is away is said to be, soon', async (test) => {
  const { context } = openPlace(test);
  const environment = { ...context.environment, SKEP__HTTP__SERVICE_URL: 'http://127.0.0.1:9' };
  const started = performance.now();
  await assert.rejects(
    lookAt({}, { ...context, environment }, async () => {}),
    { code: 'request_failed' },
  );
  assert.ok(performance.now() - started < 10_000);
});
