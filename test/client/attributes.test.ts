import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributesOf } from '../../src/client/attributes.ts';

test('a list gives names without a value, an object gives texts', () => {
  assert.deepEqual(attributesOf(['a', 'b'], 'task t'), { a: null, b: null });
  assert.deepEqual(attributesOf({ release: 7, final: true, note: 'x', none: null }, 'task t'), {
    release: '7',
    final: 'True',
    note: 'x',
    none: null,
  });
});

test('no attributes are undefined, so that nothing is stored or sent for them', () => {
  assert.equal(attributesOf(undefined, 'task t'), undefined);
  assert.equal(attributesOf({}, 'task t'), undefined);
  assert.equal(attributesOf([], 'task t'), undefined);
});

test('anything else, and texts beyond the width of a column, are refused', () => {
  for (const input of ['a', 3, null, [4], { a: 'x'.repeat(256) }]) {
    assert.throws(() => attributesOf(input as never, 'task t'), { code: 'argument_invalid' }, String(input));
  }
});
