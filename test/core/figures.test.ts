import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesText, counted, durationText, percentText, rateText, timeText } from '../../src/core/figures.ts';

test('durations have two units at most, and a fraction where it is much of them', () => {
  const seconds = [0, 0.0479, 0.9994, 3.456, 9.99, 10.4, 59.6, 60, 3599.7, 3661, 86_400, 90_061, 31_536_000];
  assert.deepEqual(seconds.map(durationText), [
    ...['0 s', '47.9 ms', '999 ms', '3.46 s', '9.99 s', '10 s', '1 min', '1 min', '1 h', '1 h 1 min'],
    ...['1 d', '1 d 1 h', '365 d'],
  ]);
});

test('shares are never all before the last one, nor nothing after the first', () => {
  const pairs = [
    [0, 0],
    [0, 5],
    [1, 1_000_000],
    [999_999, 1_000_000],
    [5, 5],
    [3, 2],
  ] as const;
  assert.deepEqual(
    pairs.map(([part, whole]) => percentText(part, whole)),
    ['0 %', '0 %', '1 %', '99 %', '100 %', '150 %'],
  );
});

test('sizes, counts, rates and times', () => {
  assert.deepEqual([0, 0.5, 1023, 1024, 2 ** 31, 2 ** 70].map(bytesText), [
    ...['0 B', '0.5 B', '1,020 B', '1 KiB', '2 GiB', '1,050,000 PiB'],
  ]);
  assert.deepEqual([counted(1, 'task'), counted(4812, 'error')], ['1 task', '4,812 errors']);
  assert.deepEqual([0, 12.34, 0.5, 0.001].map(rateText), ['0 / s', '12.3 / s', '30 / min', '3.6 / h']);
  assert.equal(timeText(1_795_570_943_999), '2026-11-25 01:42:23');
});
