import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { originCheck } from '../../../src/server/edge/origins.ts';
import { Served } from '../served.ts';

const PAGE = 'http://localhost:3000';
const ASKED_BEFOREHAND = { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization' };

/** The headers that open an answer to other origins. */
function leave(headers: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));
}

test('a list of origins is read whole and exactly; an asterisk is all of them', () => {
  const listed = originCheck('http://a.example, HTTPS://b.example:8443');
  assert.deepEqual(
    ['http://a.example', 'https://b.example:8443', 'https://a.example', 'http://a.example.org', 'null', ''].map(listed),
    [true, true, false, false, false, false],
  );
  assert.ok(originCheck('*')('https://anywhere.example'));
});

describe('a page of another origin', () => {
  test('may read answers and refusals if its origin is allowed; no cookie is let through', async (context) => {
    const served = await Served.open(context);
    const url = '/api/v3/time';
    for (const [origin, authorization, status, expected] of [
      [PAGE, 'Bearer secret', 200, { 'access-control-allow-origin': PAGE }],
      [PAGE, 'Bearer wrong', 401, { 'access-control-allow-origin': PAGE }],
      ['https://elsewhere.example', 'Bearer secret', 200, {}],
    ] as const) {
      const reply = await served.inject({ method: 'GET', url, headers: { origin, authorization } });
      assert.deepEqual([reply.status, leave(reply.headers)], [status, expected]);
    }
  });

  test('is told beforehand, without the token, what it may send', async (context) => {
    const served = await Served.open(context, { overrides: { server: { allowed_origins: '*' } } });
    const origin = 'https://elsewhere.example';
    const ask = (url: string, headers: Record<string, string>) => served.inject({ method: 'OPTIONS', url, headers });
    for (const url of ['/api/v3/tool', '/t/secret/api/v3/tool']) {
      const { status, headers, body } = await ask(url, { origin, ...ASKED_BEFOREHAND });
      assert.deepEqual([status, body], [204, '']);
      assert.deepEqual(leave(headers), {
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, POST, PUT',
        'access-control-allow-headers': 'authorization',
        'access-control-max-age': '600',
      });
    }
    assert.equal((await ask('/api/v3/tool', { origin })).status, 401, 'this asks for something else');
  });

  test('is told nothing beforehand if its origin is not allowed', async (context) => {
    const served = await Served.open(context);
    const headers = { origin: 'https://elsewhere.example', ...ASKED_BEFOREHAND };
    const reply = await served.inject({ method: 'OPTIONS', url: '/api/v3/tool', headers });
    assert.deepEqual([reply.status, leave(reply.headers)], [401, {}]);
  });

  test('without a token may only ask this machine by its own name', async (context) => {
    const served = await Served.open(context, { token: '' });
    const status = async (headers: Record<string, string>) =>
      (await served.inject({ method: 'GET', url: '/api/v3/time', headers })).status;
    assert.equal(await status({ origin: PAGE, host: '127.0.0.1:8070' }), 200);
    assert.equal(await status({ origin: 'http://localhost:4000', host: '127.0.0.1:8070' }), 403);
    assert.equal(await status({ origin: PAGE, host: 'rebound.example' }), 403);
  });
});
