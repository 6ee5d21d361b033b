import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import { Buckets } from '../../../src/server/edge/buckets.ts';
import { Served } from '../served.ts';

const URL = '/api/v3/time';

/** Stands until it is moved, so that a slow machine changes nothing. */
let now = 0;
const clock: Clock = { ...systemClock, monotonic: () => now };

test('a bucket gives what it holds, then what comes back, and no more than a number of them is kept', () => {
  const buckets = new Buckets({ rate: 2, capacity: 3, remembered: 2, clock });
  assert.deepEqual(
    [1, 2, 3, 4].map(() => buckets.take('a')),
    [0, 0, 0, 0.5],
  );
  now += 500;
  assert.deepEqual(
    [1, 2].map(() => buckets.take('a')),
    [0, 0.5],
  );
  buckets.giveBack('a');
  assert.equal(buckets.take('a'), 0);
  now += 3_600_000;
  assert.deepEqual(
    [1, 2, 3, 4].map(() => buckets.take('a')),
    [0, 0, 0, 0.5],
    'it never holds more',
  );
  buckets.take('b');
  buckets.take('c');
  assert.equal(buckets.take('a'), 0, 'forgotten, it is full again');
});

test('wrong tokens from one address are slowed down, all at once or one by one; others and who was right before are not', async (context) => {
  const overrides = { auth: { wrong_tokens_per_minute: 3 } };
  const served = await Served.open(context, { token: 'right', overrides, clock });
  const send = async (token: string, remoteAddress: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return served.inject({ method: 'GET', url: URL, headers, remoteAddress });
  };
  assert.equal((await send('right', '10.0.0.1')).status, 200);
  const guesses = await Promise.all(Array.from({ length: 10 }, (_, index) => send(`wrong${index}`, '10.0.0.1')));
  assert.deepEqual(guesses.map(({ status }) => status).sort(), [401, 401, 401, ...Array(7).fill(429)]);
  const refused = guesses.find(({ status }) => status === 429);
  assert.deepEqual(refused?.body, { detail: 'Too many wrong tokens have come from this address: wait 20 s.' });
  assert.equal(refused?.headers['retry-after'], '20');
  assert.equal((await send('right', '10.0.0.1')).status, 200, 'its neighbour goes on');
  assert.equal((await send('wrong', '10.0.0.2')).status, 401, 'another address has its own number');
  const page = await served.inject({ method: 'GET', url: URL, remoteAddress: '10.0.0.1' });
  assert.equal(page.status, 401, 'no token is no guess');
  for (const last of ['1', '2', '3']) await send('wrong', `2001:db8:0:1::${last}`);
  assert.equal((await send('wrong', '2001:db8:0:1::4')).status, 429, 'a network of version 6 belongs to one');
});

test('where nobody was right before from an address that guesses, the right token has to wait too', async (context) => {
  const served = await Served.open(context, { token: 'right', overrides: { auth: { wrong_tokens_per_minute: 1 } } });
  const send = (url: string) => served.inject({ method: 'GET', url });
  assert.equal((await send('/t/wrong/api/v3/time')).status, 401);
  assert.equal((await send('/t/right/api/v3/time')).status, 429);
  assert.equal((await send('/api/v3/health')).status, 200);
});

test('requests of one token beyond the number a second are refused for a moment, of another are not', async (context) => {
  const overrides = { server: { requests_per_second: 2 } };
  const served = await Served.open(context, { token: 'right', overrides, clock });
  const statuses: number[] = [];
  for (let index = 0; index < 6; index++) statuses.push((await served.send('GET', '/time')).status);
  assert.deepEqual(statuses, [200, 200, 200, 200, 429, 429]);
  const refused = await served.send('POST', '/tool', { name: 'x' });
  assert.equal(refused.headers['retry-after'], '1');
  assert.deepEqual(refused.body, { detail: 'More than 2 requests a second have come with this token: wait 1 s.' });
  assert.equal((await served.inject({ method: 'GET', url: URL })).status, 401, 'a stranger takes nothing from them');
  now += 500;
  assert.equal((await served.send('POST', '/tool', { name: 'x' })).status, 200);
});

test('0 is no limit', async (context) => {
  const overrides = { server: { requests_per_second: 0, max_connections: 0 }, auth: { wrong_tokens_per_minute: 0 } };
  const served = await Served.open(context, { token: 'right', overrides });
  const headers = { authorization: 'Bearer wrong' };
  const all = Array.from({ length: 100 }, () => served.inject({ method: 'GET', url: URL, headers }));
  assert.deepEqual(new Set((await Promise.all(all)).map(({ status }) => status)), new Set([401]));
});
