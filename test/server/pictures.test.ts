import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../src/core/clock.ts';
import { Pictures } from '../../src/server/pictures.ts';

/** Pictures that are the number of their drawing; each takes `cost` milliseconds of a clock that only the test moves. */
function gallery(cost: number) {
  let now = 1000;
  let drawn = 0;
  let release: (() => void) | undefined;
  const pictures = new Pictures({ ...systemClock, monotonic: () => now });
  const draw = async () => {
    const number = ++drawn;
    now += cost;
    await Promise.resolve();
    return number;
  };
  const held = () =>
    new Promise<number>((resolve) => {
      const number = ++drawn;
      release = () => {
        now += cost;
        resolve(number);
      };
    });
  return {
    take: (stamp?: number, name = 'one') => pictures.take({ name, stamp: async () => stamp, draw }),
    takeSince: (age: number) => pictures.take({ name: 'one', since: now - age, draw }),
    pause: () => pictures.pauseOf('one'),
    holdSince: (age: number) => pictures.take({ name: 'one', since: now - age, draw: held }),
    hold: () => pictures.take({ name: 'one', draw: held }),
    release: () => release?.(),
    fail: () => pictures.take({ name: 'one', draw: () => Promise.reject(new Error('no reading')) }),
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    drawn: () => drawn,
  };
}

test('what is cheap is drawn for each question', async () => {
  const { take } = gallery(20);
  assert.deepEqual([await take(), await take(), await take()], [1, 2, 3]);
});

test('who wants one that was begun after a time gets such a one, whatever it costs, and shares it', async () => {
  const { takeSince, pass, drawn } = gallery(1000);
  assert.equal(await takeSince(0), 1);
  pass(100);
  assert.equal(await takeSince(1200), 1, 'it was begun 1100 ms ago');
  assert.equal(await takeSince(1100), 2, 'not later than that');
  assert.equal(await takeSince(0), 3);
  assert.equal(drawn(), 3);
});

test('one that is being drawn is shared by those for whom it was begun late enough, and nobody else', async () => {
  const { holdSince, takeSince, release, pass } = gallery(10);
  const first = holdSince(0);
  await new Promise(setImmediate);
  pass(100);
  const [sharing, others] = [takeSince(200), takeSince(50)];
  release();
  assert.deepEqual(await Promise.all([first, sharing, others]), [1, 1, 2]);
});

test('who waits for news pauses until drawing it again keeps to its share', async () => {
  const [cheap, dear] = [gallery(10), gallery(500)];
  assert.equal(cheap.pause(), 0, 'it was never drawn');
  await cheap.take();
  assert.equal(cheap.pause(), 390);
  cheap.pass(1000);
  assert.equal(cheap.pause(), 0);
  await dear.take();
  assert.equal(dear.pause(), 1000);
});

test('what is not cheap is given to all until four times its cost, then while a new one is drawn, and no longer', async () => {
  const { take, pass, drawn } = gallery(100);
  assert.equal(await take(), 1);
  pass(250);
  assert.deepEqual([await take(), drawn()], [1, 1], 'it is 350 ms old');
  pass(100);
  assert.equal(await take(), 1, 'it is 450 ms old: usable, and redrawn behind');
  await new Promise(setImmediate);
  assert.deepEqual([await take(), drawn()], [2, 2]);
  pass(5000);
  assert.equal(await take(), 3, 'nobody has looked for long');
});

test('a picture of the same stamp is given however old it is, and never one of another stamp', async () => {
  const { take, pass } = gallery(10);
  assert.equal(await take(7), 1);
  pass(1_000_000);
  assert.equal(await take(7), 1);
  assert.equal(await take(8), 2);
  assert.equal(await take(undefined), 3);
  assert.equal(await take(undefined, 'another'), 4);
});

test('who comes while one is drawn gets one that began later, together with all others who came', async () => {
  const { take, hold, release, drawn } = gallery(10);
  const first = hold();
  const later = [take(), take(), take()];
  await new Promise(setImmediate);
  assert.equal(drawn(), 1);
  release();
  assert.equal(await first, 1);
  assert.deepEqual(await Promise.all(later), [2, 2, 2]);
});

test('a failure is told to those who wait for it, and kept from nobody after', async () => {
  const { take, fail, pass } = gallery(100);
  await assert.rejects(fail(), /no reading/);
  assert.equal(await take(), 1);
  pass(500);
  assert.equal(await fail(), 1, 'the old one is still good, and the failure happens behind it');
  await new Promise(setImmediate);
  await assert.rejects(fail(), /no reading/);
});

test('only the last ones are kept', async () => {
  const { take, drawn } = gallery(10);
  for (let number = 0; number < 70; number++) await take(1, `name ${number}`);
  assert.equal(drawn(), 70);
  await take(1, 'name 69');
  assert.equal(drawn(), 70);
  await take(1, 'name 0');
  assert.equal(drawn(), 71);
});
