import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lanesOf } from '../../../../src/web/workflow/bars/lanes.ts';
import { isWhole, moved, zoomed } from '../../../../src/web/workflow/bars/part.ts';

const bar = (array_id: number, started: number, ended: number | null) => ({ array_id, started, ended });

test('bars of a template lie on as few lines as they need, templates in their order', () => {
  const bars = [bar(2, 0, 5), bar(1, 0, 10), bar(1, 5, null), bar(1, 10, 20), bar(1, 12, 13)];
  const { lanes, height, lineHeight } = lanesOf(bars, [1, 2, 3], 30);
  assert.deepEqual(
    lanes.map((lane) => [lane.arrayId, lane.bars.map(({ line }) => line)]),
    [
      [1, [0, 1, 0, 2]],
      [2, [0]],
    ],
  );
  assert.ok((lanes[1]?.nameTop ?? 0) >= (lanes[0]?.top ?? 0) + 3 * lineHeight);
  assert.ok(height >= (lanes[1]?.top ?? 0) + lineHeight);
});

test('thousands at once lie upon each other, and no higher than a screen or two', () => {
  const bars = Array.from({ length: 2000 }, (_, at) => bar(at % 4, at, null));
  const { lanes, height } = lanesOf(bars, [0, 1, 2, 3], 5000);
  assert.ok(height < 1300, String(height));
  assert.equal(Math.max(...lanes.flatMap((lane) => lane.bars.map(({ line }) => line))), 59);
  assert.deepEqual(lanesOf([], [1], 0).lanes, []);
});

test('a part moves and grows within the whole', () => {
  const whole = { from: 1000, until: 11_000 };
  const half = zoomed(whole, 0.5, whole);
  assert.deepEqual(half, { from: 3500, until: 8500 });
  assert.deepEqual(moved(half, 0.5, whole), { from: 6000, until: 11_000 });
  assert.deepEqual(moved(half, -5, whole), { from: 1000, until: 6000 });
  assert.deepEqual(zoomed(half, 100, whole), whole);
  assert.equal(zoomed(half, 0, whole).until - zoomed(half, 0, whole).from, 100);
  assert.ok(isWhole({ from: 1001, until: 11_000 }, whole) && !isWhole(half, whole));
  assert.deepEqual(zoomed({ from: 0, until: 50 }, 0.5, { from: 0, until: 50 }), { from: 0, until: 50 });
});
