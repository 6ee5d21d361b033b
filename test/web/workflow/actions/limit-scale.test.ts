import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitAt, STEPS, stepOf } from '../../../../src/web/workflow/actions/limit-scale.ts';

test('a slider goes from 1 to all tasks, each step by the same factor', () => {
  assert.deepEqual([limitAt(0, 10_000), limitAt(STEPS / 2, 10_000), limitAt(STEPS, 10_000)], [1, 100, 10_000]);
  for (const limit of [1, 10, 100, 10_000]) assert.equal(limitAt(stepOf(limit, 10_000), 10_000), limit);
  assert.deepEqual([stepOf(0, 50), stepOf(2_147_483_647, 50), stepOf(1, 1), limitAt(STEPS, 1)], [0, STEPS, STEPS, 1]);
});
