import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atLeast, choiceList, idList, integerFrom, positiveInteger } from '../../src/cli/parse-options.ts';

test('ids may be given in any of the usual ways', () => {
  assert.deepEqual(idList('3', idList('1,2')), [1, 2, 3]);
  assert.throws(() => idList('1,x'), { code: 'commander.invalidArgument' });
});

test('numbers are checked, not guessed', () => {
  assert.equal(positiveInteger('12'), 12);
  assert.equal(integerFrom(0)('0'), 0);
  assert.equal(atLeast(0)('0.001'), 0.001);
  for (const text of ['0', '-1', '1.5', '1e3', '', 'x', '9'.repeat(20)])
    assert.throws(() => positiveInteger(text), { code: 'commander.invalidArgument' }, text);
  for (const text of ['-1', 'NaN', 'Infinity', '', ' ', '1s'])
    assert.throws(() => atLeast(0)(text), { code: 'commander.invalidArgument' }, text);
});

test('choices are taken in any case and named when there is no such choice', () => {
  const parse = choiceList(['DONE', 'FATAL']);
  assert.deepEqual(parse('fatal', parse('Done')), ['DONE', 'FATAL']);
  assert.throws(() => parse('gone'), /GONE is none of DONE, FATAL/);
});
