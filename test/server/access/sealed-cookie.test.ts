import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom } from '../../../src/core/random.ts';
import { SealedCookie, type SealedCookieOptions } from '../../../src/server/access/sealed-cookie.ts';

const NAME = 'skep_test';

/** A cookie for ten seconds, at a time that can be moved. */
function makeCookie(options: Partial<SealedCookieOptions> = {}) {
  const time = { now: 1_000_000 };
  const clock = { now: () => time.now };
  const usual = { name: NAME, secret: 'secret', purpose: 'test', seconds: 10, clock, random: systemRandom };
  return { time, cookie: new SealedCookie<{ user: string }>({ ...usual, ...options }) };
}

const pairOf = (header: string) => header.split(';')[0] as string;

test('it is read until its end, among others, and not after', () => {
  const { time, cookie } = makeCookie();
  const header = cookie.set({ user: 'Zoë' }, false);
  assert.match(header, /^skep_test=[\w-]+; Path=\/; Max-Age=10; HttpOnly; SameSite=Lax$/);
  assert.doesNotMatch(Buffer.from(pairOf(header).slice(NAME.length + 1), 'base64url').toString('latin1'), /user|Zo/);
  const sent = `other=1; ${pairOf(header)};x`;
  assert.deepEqual(cookie.read(sent, false), { content: { user: 'Zoë' }, expires: 1_010_000 });
  time.now += 9_999;
  assert.equal(cookie.read(sent, false)?.content.user, 'Zoë');
  time.now += 1;
  assert.equal(cookie.read(sent, false), undefined);
});

test('no two are alike, and no change of any of its bytes is taken', () => {
  const { cookie } = makeCookie();
  const pair = pairOf(cookie.set({ user: 'anna' }, false));
  assert.notEqual(pair, pairOf(cookie.set({ user: 'anna' }, false)));
  const bytes = Buffer.from(pair.slice(NAME.length + 1), 'base64url');
  for (let index = 0; index < bytes.length; index++) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    assert.equal(cookie.read(`${NAME}=${changed.toString('base64url')}`, false), undefined, `byte ${index}`);
    const cut = bytes.subarray(0, index).toString('base64url');
    assert.equal(cookie.read(`${NAME}=${cut}`, false), undefined, `${index} bytes`);
  }
});

test('one of another secret or purpose, or without TLS where that is needed, is none', () => {
  const { cookie } = makeCookie();
  const pair = pairOf(cookie.set({ user: 'anna' }, false));
  for (const options of [{ secret: 'other' }, { purpose: 'other' }]) {
    assert.equal(makeCookie(options).cookie.read(pair, false), undefined);
  }
  assert.equal(cookie.read(pair, true), undefined);
  const secure = cookie.set({ user: 'anna' }, true);
  assert.match(secure, /^__Host-skep_test=.*; Secure$/);
  assert.equal(cookie.read(pairOf(secure), true)?.content.user, 'anna');
  assert.match(cookie.clear(true), /^__Host-skep_test=; Path=\/; Max-Age=0; /);
});
