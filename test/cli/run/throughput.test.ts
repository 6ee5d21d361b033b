import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Throughput } from '../../../src/cli/run/throughput.ts';

test('tasks that were done before the run count for nothing', () => {
  const throughput = new Throughput();
  throughput.add(0, 1000);
  assert.equal(throughput.rate, undefined);
  throughput.add(10, 1020);
  assert.equal(throughput.rate, 2);
});

test('the rate follows the last half minute, the estimate spans it and the whole run', () => {
  const throughput = new Throughput();
  for (let second = 0; second <= 100; second++) throughput.add(second, second * 10);
  for (let second = 101; second <= 140; second++) throughput.add(second, 1000 + (second - 100));
  const rate = throughput.rate ?? 0;
  assert.ok(rate > 0.9 && rate < 1.1, String(rate));
  const estimate = throughput.estimate(100);
  assert.ok(estimate && estimate.low < 15 && estimate.high > 90, JSON.stringify(estimate));
});

test('a handful of tasks is no ground for an estimate, and nothing left needs none', () => {
  const throughput = new Throughput();
  throughput.add(0, 0);
  throughput.add(1, 4);
  assert.equal(throughput.estimate(100), undefined);
  throughput.add(2, 50);
  assert.equal(throughput.estimate(0), undefined);
});
