import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Interaction, type Key, type Reaction, react, START } from '../../../src/cli/watch/interaction.ts';

const SEEN = { lines: [], first: 10, shown: 5 };
const press = (key: Key, interaction: Interaction = START, isPaused = false): Reaction =>
  react(key, interaction, SEEN, isPaused);
const named = (name: string): Key => ({ name, sequence: name });

test('keys that scroll start from what is seen', () => {
  const offsets = ['up', 'k', 'down', 'j', 'pageup', 'pagedown', 'home'].map(
    (name) => press(named(name)).interaction.offset,
  );
  assert.deepEqual(offsets, [9, 9, 11, 11, 6, 14, 0]);
  assert.ok((press(named('end')).interaction.offset ?? 0) > 1e6);
  assert.equal(press(named('escape'), { ...START, offset: 3 }).interaction.offset, undefined);
  assert.deepEqual(press(named('up'), { ...START, page: 'keys' }).interaction, { ...START, page: 'keys' });
});

test('a page is opened and left by the same key', () => {
  const failures = press(named('f')).interaction;
  assert.equal(failures.page, 'failures');
  assert.deepEqual(press(named('f'), failures).interaction, START);
  const keys = press({ sequence: '?' }, failures).interaction;
  assert.equal(keys.page, 'keys');
  assert.deepEqual(press({ sequence: '?' }, keys).interaction, START);
});

test('a pause is asked for, and only y is a yes', () => {
  const asked = press(named('p')).interaction;
  assert.equal(asked.question, 'pause');
  assert.equal(press(named('p'), START, true).interaction.question, 'continue');
  assert.deepEqual(press(named('y'), asked), { interaction: START, wish: 'pause' });
  for (const no of ['n', 'q', 'return', 'escape', 'p'])
    assert.deepEqual(press(named(no), asked), { interaction: START });
});

test('q leaves, and keys without a meaning do nothing', () => {
  assert.equal(press(named('q')).leaves, true);
  for (const key of [named('x'), { sequence: '\u001b[200~' }, {}]) assert.deepEqual(press(key), { interaction: START });
});
