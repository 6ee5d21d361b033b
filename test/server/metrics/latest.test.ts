import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/core/clock.ts';
import { Latest } from '../../../src/server/metrics/latest.ts';

test('a scrape gets what there is within a tenth of a second, and what was made meanwhile the next time', async () => {
  let time = 0;
  let made = 0;
  const finish: (() => void)[] = [];
  const clock = { ...systemClock, monotonic: () => time };
  const latest = new Latest(clock, async () => {
    const number = ++made;
    await new Promise<void>((resolve) => finish.push(resolve));
    return number;
  });
  assert.equal(await latest.take(), undefined, 'the first is still being made');
  assert.equal(await latest.take(), undefined);
  assert.equal(made, 1, 'and not twice');
  time = 2000;
  finish[0]?.();
  assert.deepEqual(await latest.take(), { value: 1, age: 2 });
  time = 40_000; // Not yet: it took two seconds.
  assert.deepEqual(await latest.take(), { value: 1, age: 40 });
  assert.equal(made, 1);
  time = 41_000;
  assert.deepEqual(await latest.take(), { value: 1, age: 41 });
  assert.equal(made, 2);
  finish[1]?.();
  assert.deepEqual(await latest.take(), { value: 2, age: 0 });
});

test('a failure is told while there is nothing, and leaves what there is afterwards', async () => {
  let time = 0;
  let fails = true;
  const latest = new Latest({ ...systemClock, monotonic: () => time }, async () => {
    if (fails) throw new Error('the disk is gone');
    return 'all is well';
  });
  await assert.rejects(latest.take(), /the disk is gone/);
  fails = false;
  assert.equal((await latest.take())?.value, 'all is well');
  fails = true;
  time = 5000;
  assert.deepEqual(await latest.take(), { value: 'all is well', age: 5 });
});
