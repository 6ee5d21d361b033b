import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type ConfigOverrides, loadConfig } from '../../src/core/config.ts';
import { silentLog } from '../../src/core/log.ts';
import { systemProcesses } from '../../src/core/process.ts';
import { type RunningServer, startServer } from '../../src/server/start.ts';
import { temporaryDirectory } from './served.ts';

function start(directory: string, overrides: ConfigOverrides = {}): Promise<RunningServer> {
  const server = { data_dir: directory, ...overrides.server };
  return startServer({ config: loadConfig({ environment: {}, overrides: { ...overrides, server } }), log: silentLog });
}

describe('a server that starts', () => {
  test('writes down where it is, answers there, and leaves nothing of that when it closes', async (context) => {
    const directory = temporaryDirectory(context);
    const server = await start(directory);
    const path = join(directory, 'server.json');
    const record = JSON.parse(readFileSync(path, 'utf8'));
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(record.url, server.url);
    assert.equal(record.process, systemProcesses.identify(process.pid));
    assert.equal(readFileSync(record.token_file, 'utf8').trim(), server.token);
    const answer = await fetch(`${server.url}/api/v3/time`, { headers: { authorization: `Bearer ${server.token}` } });
    assert.equal(answer.status, 200);
    await Promise.all([server.close(), server.close()]);
    assert.ok(!existsSync(path));
    await assert.rejects(fetch(`${server.url}/api/v3/health`));
  });

  test('leaves no word of where it is when others are not to rely on it', async (context) => {
    const directory = temporaryDirectory(context);
    const config = loadConfig({ environment: {}, overrides: { server: { data_dir: directory } } });
    const server = await startServer({ config, log: silentLog, announced: false });
    assert.ok(!existsSync(join(directory, 'server.json')));
    await server.close();
  });

  test('keeps a second one from its data, until it closes', async (context) => {
    const directory = temporaryDirectory(context);
    const first = await start(directory);
    await assert.rejects(start(directory), {
      code: 'database_unavailable',
      message: `The data directory ${directory} is in use by the server of process ${process.pid} at ${first.url}.`,
    });
    assert.ok(existsSync(join(directory, 'server.json')), 'the record of the first one stays');
    await first.close();
    const second = await start(directory);
    assert.equal(second.databaseId, first.databaseId);
    assert.equal(second.token, first.token);
    await second.close();
  });

  test('does not name a dead server as the one that uses its data', async (context) => {
    const directory = temporaryDirectory(context);
    const first = await start(directory);
    const path = join(directory, 'server.json');
    // What a killed server left, before the one that took its place has written its own.
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), process: `${process.pid}@1` }));
    await assert.rejects(start(directory), {
      code: 'database_unavailable',
      message: `The data directory ${directory} is in use by another server.`,
    });
    await first.close();
  });

  test('is not held up by what a crash left behind', async (context) => {
    const directory = temporaryDirectory(context);
    writeFileSync(join(directory, 'server.json'), '{"pid": 1, "url": "http://127.0');
    writeFileSync(join(directory, 'server.lock'), '');
    const server = await start(directory);
    assert.equal(JSON.parse(readFileSync(join(directory, 'server.json'), 'utf8')).url, server.url);
    await server.close();
  });

  test('gives the data back when a later step fails', async (context) => {
    const directory = temporaryDirectory(context);
    const other = await start(temporaryDirectory(context));
    await assert.rejects(start(directory, { server: { port: other.port } }), {
      code: 'config_invalid',
      message: `The server cannot listen on 127.0.0.1 port ${other.port}.`,
    });
    await other.close();
    await (await start(directory)).close();
  });
});

describe('access', () => {
  test('without a check is refused on an address that others can reach', async (context) => {
    const directory = temporaryDirectory(context);
    const open: ConfigOverrides = { auth: { mode: 'none' }, server: { host: '0.0.0.0' } };
    await assert.rejects(start(directory, open), { code: 'config_invalid', message: /0\.0\.0\.0/ });
    await assert.rejects(start(directory, { auth: { mode: 'off' } }), { code: 'config_invalid', message: /"off"/ });
    assert.ok(!existsSync(join(directory, 'skep.sqlite')));
  });

  test('without a check is possible on the loopback, and makes no token', async (context) => {
    const directory = temporaryDirectory(context);
    const server = await start(directory, { auth: { mode: 'none' } });
    assert.deepEqual([server.token, server.tokenFile], ['', '']);
    assert.equal((await fetch(`${server.url}/api/v3/time`)).status, 200);
    assert.ok(!existsSync(join(directory, 'token')));
    await server.close();
  });
});
