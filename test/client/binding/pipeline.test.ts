import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inParallel } from '../../../src/client/binding/pipeline.ts';

test('never more than the limit is in work, and everything gets done', async () => {
  let inWork = 0;
  let most = 0;
  const done: number[] = [];
  await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    most = Math.max(most, ++inWork);
    await Promise.resolve();
    done.push(item);
    inWork--;
  });
  assert.equal(most, 3);
  assert.deepEqual(done.toSorted(), [1, 2, 3, 4, 5, 6, 7]);
});

test('after a failure nothing else is begun, what is in work is awaited, and the first error is thrown', async () => {
  const begun: number[] = [];
  const { promise: slow, resolve: endSlow } = Promise.withResolvers<void>();
  let slowEnded = false;
  const work = inParallel([1, 2, 3, 4], 2, async (item) => {
    begun.push(item);
    if (item === 2) throw new Error('second');
    await slow;
    slowEnded = true;
  });
  endSlow();
  await assert.rejects(work, /second/);
  assert.ok(slowEnded);
  assert.deepEqual(begun, [1, 2]);
});
