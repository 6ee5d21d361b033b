import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LinkSet } from '../../src/client/link-set.ts';

test('members count once and keep their order, below and beyond the size at which it changes its form', () => {
  const set = new LinkSet<number>();
  const expected = Array.from({ length: 40 }, (_, index) => index * 7);
  for (const item of expected) {
    set.add(item);
    set.add(item);
    set.add(0);
  }
  assert.deepEqual([...set], expected);
  assert.equal(set.size, 40);
  assert.ok(set.has(39 * 7));
  assert.ok(!set.has(1));
});
