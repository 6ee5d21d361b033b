/** Requests that are made to cost much: each is refused soon, and the next one is answered. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { loadConfig } from '../../src/core/config.ts';
import { silentLog } from '../../src/core/log.ts';
import { type RunningServer, startServer } from '../../src/server/start.ts';
import { temporaryDirectory } from '../server/served.ts';

test('hostile requests', async (suite) => {
  const overrides = { server: { data_dir: temporaryDirectory(suite) } };
  const server = await startServer({ config: loadConfig({ environment: {}, overrides }), log: silentLog });
  suite.after(() => server.close());
  const headers = { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' };
  const post = (body: string | Buffer, more: Record<string, string> = {}) =>
    fetch(`${server.url}/api/v3/tool`, {
      method: 'POST',
      headers: { ...headers, ...more },
      body: new Uint8Array(Buffer.from(body)),
    });

  await suite.test('a body that would unfold is not unfolded', async () => {
    const bomb = gzipSync(Buffer.alloc(2 ** 26, ' '));
    for (const encoding of ['gzip', 'deflate', 'br', 'gzip, gzip']) {
      const answer = await post(bomb, { 'content-encoding': encoding });
      assert.equal(answer.status, 415);
      assert.match(await answer.text(), /sent as it is/);
    }
  });

  await suite.test('nesting, numbers and keys of any kind are a sentence', async () => {
    const bodies: [string, number][] = [
      [`{"name":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`, 400],
      [`{"name":${'{"a":'.repeat(1_000_000)}`, 400],
      [`{"name":${'9'.repeat(1_000_000)}}`, 400],
      ['{"name":1e999}', 400],
      ['{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}', 400],
      [`{"name":"${'x'.repeat(70_000_000)}"}`, 413],
    ];
    for (const [body, status] of bodies) {
      const answer = await post(body);
      const text = await answer.text();
      assert.equal(answer.status, status, `${body.slice(0, 40)}: ${text.slice(0, 200)}`);
      assert.ok(text.length < 1000, `${text.length} characters`);
    }
    assert.equal('polluted' in {}, false);
    const kept = await post('{"name":"kept","__proto__":{"polluted":1}}');
    assert.ok(kept.status < 500, `status ${kept.status}`);
    assert.equal('polluted' in {}, false);
  });

  await suite.test('parameters without end, and addresses and headers of any length', async () => {
    const parameters = Array.from({ length: 100_000 }, (_, index) => `a${index}=1`).join('&');
    const long = 'x'.repeat(1_000_000);
    for (const request of [
      `GET /api/v3/time?${parameters} HTTP/1.1`,
      `GET /${long} HTTP/1.1`,
      `GET / HTTP/1.1\r\nx: ${long}`,
    ]) {
      assert.match(await raw(server, `${request}\r\nhost: x\r\n\r\n`), /^HTTP\/1\.1 4(14|31) /);
    }
    const few = await fetch(`${server.url}/api/v3/time?${'a=1&'.repeat(3000)}`, { headers });
    assert.equal(few.status, 200);
  });

  await suite.test('two lengths, or a length and chunks, cannot hide a second request in a first', async () => {
    const smuggled = 'GET /api/v3/health HTTP/1.1\r\nhost: x\r\n\r\n';
    const both = `POST /api/v3/tool HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`;
    const twice = `POST /api/v3/tool HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\ncontent-length: ${smuggled.length}\r\n\r\n${smuggled}`;
    for (const text of [both, twice]) {
      const answer = await raw(server, text);
      assert.match(answer, /^HTTP\/1\.1 400 /);
      assert.doesNotMatch(answer, /"status":"OK"/);
    }
  });

  assert.equal((await fetch(`${server.url}/api/v3/time`, { headers })).status, 200);
});

/** What comes back for bytes that no client would send. */
function raw({ port }: RunningServer, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setTimeout(20_000, () => socket.destroy());
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => {}); // Cut while we still write: what has come is the answer.
    socket.on('close', () => resolve(answer));
  });
}
