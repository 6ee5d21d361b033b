import assert from 'node:assert/strict';
import { test } from 'node:test';
import { studentT } from '../../src/core/student-t.ts';

/** Agrees in all but the last digits. */
function assertClose(found: number, expected: number, tolerance = 1e-12): void {
  assert.ok(Math.abs(found / expected - 1) < tolerance, `${found} is not ${expected}`);
}

test('one, two and four degrees have closed forms', () => {
  for (const level of [0.01, 0.5, 0.9, 0.95, 0.999]) {
    assertClose(studentT(level, 1), Math.tan((level * Math.PI) / 2));
    assertClose(studentT(level, 2), level * Math.sqrt(2 / (1 - level ** 2)));
    const alpha = 1 - level ** 2;
    const q = Math.cos(Math.acos(Math.sqrt(alpha)) / 3) / Math.sqrt(alpha);
    assertClose(studentT(level, 4), 2 * Math.sqrt(q - 1), 1e-9);
  }
});

test('the printed tables agree', () => {
  const table: readonly [level: number, degrees: number, t: number][] = [
    [0.95, 3, 3.182],
    [0.99, 3, 5.841],
    [0.9, 5, 2.015],
    [0.95, 10, 2.228],
    [0.99, 10, 3.169],
    [0.999, 10, 4.587],
    [0.95, 29, 2.045],
    [0.99, 30, 2.75],
    [0.95, 120, 1.98],
  ];
  for (const [level, degrees, t] of table) assert.equal(Number(studentT(level, degrees).toFixed(3)), t);
});

test('many degrees come to the normal distribution, with its known correction', () => {
  const z = 1.959963984540054;
  for (const degrees of [100_000, 1_000_001]) {
    assertClose(studentT(0.95, degrees), z + (z ** 3 + z) / (4 * degrees), 1e-9);
  }
});

test('levels that are as extreme as numbers can be still end', () => {
  for (const degrees of [1, 2, 3, 50, 1001]) {
    assert.ok(studentT(Number.MIN_VALUE, degrees) >= 0);
    const highest = studentT(1 - Number.EPSILON / 2, degrees);
    assert.ok(highest > studentT(0.999999, degrees) && Number.isFinite(highest), String(highest));
  }
});
