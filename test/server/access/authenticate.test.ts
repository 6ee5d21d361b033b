import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { systemRandom } from '../../../src/core/random.ts';
import { loadToken } from '../../../src/server/access/token-file.ts';
import { Served, temporaryDirectory } from '../served.ts';

describe('requests', () => {
  test('need the token on every route but the health check', async (context) => {
    const served = await Served.open(context, { token: 'right' });
    const refused = [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: 'right' },
      { authorization: 'Bearer right ' + 'x' },
    ];
    for (const headers of refused) {
      for (const url of ['/api/v3/time', '/api/v3/nowhere', '/api/openapi.json', '/api/skep/capabilities']) {
        const { status, body } = await served.inject({ method: 'GET', url, headers });
        assert.deepEqual([status, body], [401, { detail: 'Unauthorized' }]);
      }
    }
    assert.equal((await served.inject({ method: 'GET', url: '/api/v3/health' })).status, 200);
    const headers = { authorization: 'Bearer right' };
    assert.equal((await served.inject({ method: 'GET', url: '/api/v3/time', headers })).status, 200);
  });

  test('without the token, a write changes nothing', async (context) => {
    const served = await Served.open(context);
    const sent = { method: 'POST', url: '/api/v3/tool', payload: '{"name":"x"}' } as const;
    assert.equal((await served.inject(sent)).status, 401);
    assert.deepEqual(await served.database.read(({ db }) => db.selectFrom('tool').selectAll().execute()), []);
  });

  test('may carry the token in front of the path', async (context) => {
    const served = await Served.open(context, { token: 'right' });
    const statuses: number[] = [];
    for (const url of ['/t/right/api/v3/time', '/t/wrong/api/v3/time', '/t/%zz/api/v3/time', '/t/right/nowhere']) {
      statuses.push((await served.inject({ method: 'GET', url })).status);
    }
    assert.deepEqual(statuses, [200, 401, 401, 404]);
  });

  test('are not checked without a token, unless a page of another origin sends them', async (context) => {
    const served = await Served.open(context, { token: '' });
    const send = (headers: Record<string, string>) => served.inject({ method: 'GET', url: '/api/v3/time', headers });
    assert.equal((await send({})).status, 200);
    assert.equal((await send({ host: 'localhost:80', origin: 'http://localhost' })).status, 403);
    assert.equal((await send({ host: 'localhost:8070', origin: 'http://localhost:8070' })).status, 200);
    assert.equal((await send({ origin: 'https://example.org' })).status, 403);
    assert.equal((await send({ origin: 'null' })).status, 403);
    // A page whose own name was made to lead to this machine: for its browser, this is its own server.
    assert.equal((await send({ host: 'rebound.example:8070' })).status, 403);
    assert.equal((await send({ host: 'rebound.example:8070', origin: 'http://rebound.example:8070' })).status, 403);
    assert.equal((await send({ host: '[::1]:8070' })).status, 200);
  });
});

describe('the token file', () => {
  test('is created for its owner alone, and kept', (context) => {
    const path = join(temporaryDirectory(context), 'token');
    const token = loadToken(path, systemRandom);
    assert.match(token, /^[0-9a-f]{64}$/);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(loadToken(path, systemRandom), token);
    assert.equal(readFileSync(path, 'utf8'), `${token}\n`);
  });

  test('is refused by name when others can read it, when it is empty, and when it is no file', (context) => {
    const directory = temporaryDirectory(context);
    const path = join(directory, 'token');
    writeFileSync(path, 'known to all');
    for (const mode of [0o640, 0o604, 0o660]) {
      chmodSync(path, mode);
      assert.throws(() => loadToken(path, systemRandom), {
        code: 'config_invalid',
        message: new RegExp(mode.toString(8)),
      });
    }
    writeFileSync(path, ' \n');
    chmodSync(path, 0o600);
    assert.throws(() => loadToken(path, systemRandom), { code: 'config_invalid', message: /is empty/ });
    const folder = join(directory, 'folder');
    mkdirSync(folder, { mode: 0o700 });
    assert.throws(() => loadToken(folder, systemRandom), { code: 'config_invalid', message: /cannot be read/ });
  });
});
