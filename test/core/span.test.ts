import assert from 'node:assert/strict';
import { test } from 'node:test';
import { roughSpan } from '../../src/core/span.ts';

test('a range has one unit where both ends have the same, and one number where they are the same', () => {
  assert.equal(roughSpan(12 * 60, 18 * 60), '12 to 18 min');
  assert.equal(roughSpan(40, 130), '40 s to 2 min');
  assert.equal(roughSpan(61, 62), '1 min');
  assert.equal(roughSpan(0, 0), '1 s');
  assert.equal(roughSpan(5400, 72 * 3600), '1.5 h to 3 days');
  assert.equal(roughSpan(59, 3e9), '59 s to 34,722 days');
});
