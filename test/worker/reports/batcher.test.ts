import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/core/clock.ts';
import { Batcher } from '../../../src/worker/reports/batcher.ts';

test('what comes while a request is on its way goes out together with the next', async () => {
  const requests: number[][] = [];
  const gate = Promise.withResolvers<void>();
  const batcher = new Batcher<number, string>(
    async (items) => {
      requests.push([...items]);
      await gate.promise;
      return items.map(String);
    },
    3,
    systemClock,
  );
  const first = batcher.add(1);
  await Promise.resolve();
  await Promise.resolve();
  const rest = [2, 3, 4, 5].map((item) => batcher.add(item));
  gate.resolve();
  assert.deepEqual(await Promise.all([first, ...rest]), ['1', '2', '3', '4', '5']);
  assert.deepEqual(requests, [[1], [2, 3, 4], [5]]);
  assert.equal(await batcher.add(6), '6');
});

test('an item that is refused fails alone', async () => {
  const batcher = new Batcher<number, number>(
    async (items) => {
      if (items.includes(3)) throw new Error('no threes');
      return items.map((item) => item * 10);
    },
    100,
    systemClock,
  );
  const results = await Promise.allSettled([1, 2, 3, 4].map((item) => batcher.add(item)));
  assert.deepEqual(
    results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason.message)),
    [10, 20, 'no threes', 40],
  );
});

test('after several at once it gathers; after one it does not', async () => {
  const rests: (() => void)[] = [];
  const sleep = () => new Promise<void>((resolve) => rests.push(resolve));
  const requests: number[][] = [];
  const send = async (items: readonly number[]) => {
    requests.push([...items]);
    return items;
  };
  const batcher = new Batcher<number, number>(send, 100, { ...systemClock, sleep });
  await batcher.add(1);
  await batcher.add(2);
  assert.equal(rests.length, 0);
  await Promise.all([3, 4].map((item) => batcher.add(item)));
  const late = [5, 6].map((item) => batcher.add(item));
  while (rests.length === 0) await Promise.resolve();
  assert.deepEqual(requests, [[1], [2], [3, 4]]);
  rests[0]?.();
  await Promise.all(late);
  assert.deepEqual(requests.at(-1), [5, 6]);
});
