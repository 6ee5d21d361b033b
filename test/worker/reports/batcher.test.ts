import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Batcher } from '../../../src/worker/reports/batcher.ts';

test('what comes while a request is on its way goes out together with the next', async () => {
  const requests: number[][] = [];
  const gate = Promise.withResolvers<void>();
  const batcher = new Batcher<number, string>(async (items) => {
    requests.push([...items]);
    await gate.promise;
    return items.map(String);
  }, 3);
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
  const batcher = new Batcher<number, number>(async (items) => {
    if (items.includes(3)) throw new Error('no threes');
    return items.map((item) => item * 10);
  }, 100);
  const results = await Promise.allSettled([1, 2, 3, 4].map((item) => batcher.add(item)));
  assert.deepEqual(
    results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason.message)),
    [10, 20, 'no threes', 40],
  );
});
