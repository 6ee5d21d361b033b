import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Served } from '../served.ts';

const built = resolve(import.meta.dirname, '../../../dist/web');
const script = /src="\/(assets\/[^"]+\.js)"/.exec(readFileSync(join(built, 'index.html'), 'utf8'))?.[1] as string;

describe('the document', () => {
  test('is the same for every view, needs no token, and is asked for again each time', async (context) => {
    const served = await Served.open(context);
    for (const url of ['/', '/?state=done', '/workflow/12?tab=tasks', '/task/7']) {
      const { status, headers, body } = await served.inject({ method: 'GET', url });
      assert.equal(status, 200, url);
      assert.match(String(headers['content-type']), /^text\/html/);
      assert.equal(headers['cache-control'], 'no-cache');
      assert.match(body, /<div id="root">/);
    }
  });

  test('allows scripts of files alone, and styles of files or with a nonce that no other answer has', async (context) => {
    const served = await Served.open(context);
    const nonces = new Set<string>();
    for (let round = 0; round < 2; round++) {
      const { headers, body } = await served.inject({ method: 'GET', url: '/' });
      const policy = String(headers['content-security-policy']);
      assert.match(policy, /default-src 'none'; script-src 'self'; /);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /unsafe/);
      const [, nonce = ''] = /style-src 'self' 'nonce-(\w+)'/.exec(policy) ?? [];
      assert.match(body, new RegExp(`content="${nonce}"`));
      assert.doesNotMatch(body, /<script(?![^>]*\ssrc=)/);
      assert.equal(headers['referrer-policy'], 'no-referrer');
      assert.equal(headers['x-content-type-options'], 'nosniff');
      nonces.add(nonce);
    }
    assert.equal(nonces.size, 2);
  });

  test('stands at no address of the API, nor behind a token', async (context) => {
    const served = await Served.open(context);
    for (const url of [
      '/t/secret/',
      '/t/secret/workflow/1',
      '/api/skep/nothing',
      '/api/v3',
      '/workflow',
      '/workflow/1/x',
    ]) {
      const { status, body } = await served.inject({ method: 'GET', url });
      assert.ok(status === 401 || status === 404, `${url}: ${status}`);
      assert.equal(typeof body, 'object', url);
    }
  });
});

describe('its files', () => {
  test('are kept for ever, and arrive compressed where that is understood', async (context) => {
    const served = await Served.open(context);
    const plain = await served.server.app.inject({ method: 'GET', url: `/${script}` });
    assert.equal(plain.statusCode, 200);
    assert.match(String(plain.headers['content-type']), /^text\/javascript/);
    assert.match(String(plain.headers['cache-control']), /immutable/);
    const headers = { 'accept-encoding': 'gzip' };
    const compressed = await served.server.app.inject({ method: 'GET', url: `/${script}`, headers });
    assert.equal(compressed.headers['content-encoding'], 'gzip');
    assert.ok(compressed.rawPayload.length < plain.rawPayload.length / 2);
    assert.deepEqual(gunzipSync(compressed.rawPayload), plain.rawPayload);
  });

  test('are those that the build wrote: no name leads elsewhere', async (context) => {
    const served = await Served.open(context);
    for (const name of ['missing.js', '..%2findex.html', '%2e%2e%2f%2e%2e%2fpackage.json', `${script.slice(7)}.gz`]) {
      const { status } = await served.inject({ method: 'GET', url: `/assets/${name}` });
      assert.ok(status === 404 || status === 401, name);
    }
  });
});
