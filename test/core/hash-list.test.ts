import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HashList } from '../../src/core/hash-list.ts';

test('every hash of 256 bits comes back, and no other changes', () => {
  const hash = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
  fc.assert(
    fc.property(fc.array(hash), (hashes) => {
      const list = new HashList(hashes.length);
      for (const [index, each] of hashes.entries()) list.set(index, each);
      assert.deepEqual(
        hashes.map((_, index) => list.get(index)),
        hashes,
      );
    }),
  );
});
