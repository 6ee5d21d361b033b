import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Chunking, ChunkSize, inChunks } from '../../../src/client/binding/chunks.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

async function chunksOf<Item>(items: readonly Item[], chunking: Chunking<Item>) {
  const sent: (readonly [items: readonly Item[], isLast: boolean])[] = [];
  await inChunks(items, chunking, async (chunk, isLast) => {
    sent.push([chunk, isLast]);
  });
  return sent;
}

test('chunks keep the order, hold at most so many items, and the last one is named', async () => {
  const size = new ChunkSize(2);
  assert.deepEqual(await chunksOf([1, 2, 3, 4, 5], { size }), [
    [[1, 2], false],
    [[3, 4], false],
    [[5], true],
  ]);
  assert.deepEqual(await chunksOf([1, 2], { size }), [[[1, 2], true]]);
  assert.deepEqual(await chunksOf([], { size }), [[[], true]]);
});

test('a chunk holds at most so much weight, but one item at least', async () => {
  const weighed = { size: new ChunkSize(10), weightOf: (text: string) => text.length, maximum: 3 };
  const sent = await chunksOf(['a', 'bb', 'cccc', 'd', 'e'], weighed);
  assert.deepEqual(
    sent.map(([chunk]) => chunk),
    [['a', 'bb'], ['cccc'], ['d', 'e']],
  );
});

test('the last chunk waits for all others', async () => {
  const { promise: answer, resolve: giveAnswer } = Promise.withResolvers<void>();
  const sent: boolean[] = [];
  const sending = inChunks([1, 2, 3], { size: new ChunkSize(1) }, async (_chunk, isLast) => {
    sent.push(isLast);
    if (!isLast) await answer;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(sent, [false, false]);
  giveAnswer();
  await sending;
  assert.deepEqual(sent, [false, false, true]);
});

test('without a wish, chunks grow while answers are fast, shrink when they are slow, and stay within limits', async () => {
  const clock = new VirtualClock();
  const size = new ChunkSize(undefined, clock);
  const answered = (milliseconds: number, length = size.items) => size.watch(length, () => clock.advance(milliseconds));
  const first = size.items;
  await answered(10);
  assert.equal(size.items, 2 * first);
  await answered(10, first);
  assert.equal(size.items, 2 * first, 'a chunk that was cut before says nothing');
  await answered(700);
  assert.equal(size.items, 2 * first);
  for (let round = 0; round < 10; round++) await answered(10);
  const most = size.items;
  assert.equal(most, 2000);
  await answered(5000);
  assert.equal(size.items, most / 2);
  for (let round = 0; round < 10; round++) await answered(5000);
  assert.equal(size.items, 125);
});

test('a size that was asked for stays', async () => {
  const clock = new VirtualClock();
  const size = new ChunkSize(7, clock);
  await size.watch(7, () => clock.advance(10));
  assert.equal(size.items, 7);
});
