import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Tail } from '../../src/worker/tail.ts';

test('the last 10,000 code points, however the bytes were cut into chunks', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('a', 'é', '語', '😀'),
      fc.integer({ min: 0, max: 25_000 }),
      fc.integer({ min: 1, max: 9973 }),
      (letter, count, size) => {
        const bytes = Buffer.from(`x${letter.repeat(count)}`);
        const tail = new Tail();
        for (let at = 0; at < bytes.length; at += size) tail.add(bytes.subarray(at, at + size));
        const whole = Array.from(bytes.toString());
        assert.equal(tail.text(), whole.slice(-10_000).join(''));
      },
    ),
    { numRuns: 60 },
  );
});

test('what is no UTF-8 is replaced and loses nothing around it', () => {
  const tail = new Tail();
  tail.add(Buffer.from([0x61, 0xff, 0x62, 0xc3]));
  tail.add(Buffer.from([0xa9, 0x00, 0x63]));
  assert.equal(tail.text(), 'a\ufffdb\u00e9\u0000c');
});
