import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../src/core/log.ts';
import { Lane } from '../../src/distributor/lane.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

test('one call at a time, and no wake-up is lost', async () => {
  const clock = new VirtualClock();
  let active = 0;
  let calls = 0;
  const lane = new Lane(
    'test',
    async () => {
      assert.equal(++active, 1);
      calls++;
      await clock.sleep(10);
      active--;
    },
    { clock, log: silentLog },
  );
  lane.wake();
  lane.wake();
  await clock.advance(5);
  lane.wake();
  lane.wake();
  await clock.advance(100);
  assert.equal(calls, 2);
  lane.wake();
  await clock.advance(100);
  assert.equal(calls, 3);
});

test('work that fails is tried again, ever more seldom, until it succeeds', async () => {
  const clock = new VirtualClock();
  const times: number[] = [];
  const lane = new Lane(
    'test',
    async () => {
      times.push(clock.monotonic());
      if (times.length < 9) throw new Error('down');
    },
    { clock, log: silentLog },
  );
  lane.wake();
  await clock.advance(100_000);
  assert.deepEqual(times, [0, 250, 750, 1750, 3750, 7750, 11_750, 15_750, 19_750]);
});

test('a closed lane finishes what it does and starts nothing more', async () => {
  const clock = new VirtualClock();
  let calls = 0;
  const lane = new Lane(
    'test',
    async () => {
      calls++;
      await clock.sleep(10);
    },
    { clock, log: silentLog },
  );
  lane.wake();
  lane.wakeAfter(50);
  await clock.runUntil(lane.close());
  lane.wake();
  await clock.advance(1000);
  assert.equal(calls, 1);
  assert.equal(clock.pending, 0);
});
