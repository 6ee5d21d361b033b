import assert from 'node:assert/strict';
import { test } from 'node:test';
import { growthExponent, median, quantile } from '../../bench/framework/figure.ts';
import { renderTable } from '../../bench/framework/table.ts';

test('medians and quantiles', () => {
  assert.deepEqual([median([3, 1, 2]), median([4, 1, 3, 2]), median([7])], [2, 2.5, 7]);
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  assert.deepEqual([quantile(hundred, 0.99), quantile(hundred, 0.5), quantile([5], 0.99)], [99, 50, 5]);
});

test('the growth exponent is 1 for what is linear and 2 for what is quadratic', () => {
  const grow = (power: number) => [10, 100, 1000].map((size) => ({ size, seconds: 3 * size ** power }));
  assert.ok(Math.abs(growthExponent(grow(1)) - 1) < 1e-9);
  assert.ok(Math.abs(growthExponent(grow(2)) - 2) < 1e-9);
});

test('a table shows medians with three digits, the yardstick beside them', () => {
  const table = renderTable([
    {
      work: 'walk',
      values: [1.23456, 9, 0.5],
      unit: 's',
      reach: '≤ 2 s',
      yardstick: { name: 'run', values: [12345.6], unit: 'm' },
      peak: 5 * 2 ** 20,
    },
  ]);
  assert.equal(
    table,
    `| work | median | reach | yardstick | peak RSS | remark |
| --- | --- | --- | --- | --- | --- |
| walk | 1.23 s | ≤ 2 s | 12,346 m (run) | 5 MiB |  |`,
  );
});
