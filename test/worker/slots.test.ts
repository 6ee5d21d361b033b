import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Slots } from '../../src/worker/slots.ts';

const one = { cores: 1, memory: null };

test('cores are shared out until they are gone', () => {
  const slots = new Slots(2, 8);
  assert.deepEqual([slots.take(one), slots.take(one), slots.take(one)], [true, true, false]);
  slots.free(one);
  assert.equal(slots.take(one), true);
});

test('memory counts where it was asked for', () => {
  const slots = new Slots(10, 8);
  assert.equal(slots.take({ cores: 1, memory: 5 }), true);
  assert.equal(slots.take({ cores: 1, memory: 4 }), false);
  assert.equal(slots.take(one), true);
});

test('what asks for more than there is runs alone', () => {
  const slots = new Slots(2, 8);
  const wide = { cores: 64, memory: 1000 };
  assert.equal(slots.take(wide), true);
  assert.equal(slots.take(one), false);
  slots.free(wide);
  assert.equal(slots.take(one), true);
  assert.equal(slots.take(wide), false);
});

test('fractions of cores leave no crumbs', () => {
  const slots = new Slots(1, 8);
  const tenth = { cores: 0.1, memory: 0.1 };
  for (let round = 0; round < 1000; round++) {
    assert.equal(slots.take(tenth), true);
    assert.equal(slots.take(tenth), true);
    slots.free(tenth);
    slots.free(tenth);
  }
  assert.equal(slots.take({ cores: 1, memory: 8 }), true);
});
