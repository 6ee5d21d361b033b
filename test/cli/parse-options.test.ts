import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  atLeast,
  choice,
  choiceList,
  fraction,
  idList,
  integerFrom,
  nodeArguments,
  positiveInteger,
} from '../../src/cli/parse-options.ts';

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

test('a largest number is as good as the least', () => {
  assert.equal(integerFrom(0, 5)('5'), 5);
  assert.throws(() => integerFrom(0, 5)('6'), /from 0 to 5/);
});

test('a fraction lies between 0 and 1', () => {
  assert.equal(fraction('0.95'), 0.95);
  for (const text of ['0', '1', '-0.5', '95', '', 'x', 'NaN'])
    assert.throws(() => fraction(text), { code: 'commander.invalidArgument' }, text);
});

test('a choice is taken in any case as what it means', () => {
  const parse = choice({ DONE: 'D', D: 'D' });
  assert.equal(parse('done'), 'D');
  for (const text of ['', 'G', 'constructor']) assert.throws(() => parse(text), /one of DONE, D\./);
});

test('node arguments are lists of text', () => {
  assert.deepEqual(nodeArguments('{"a": 1, "b": ["x", true]}'), { a: ['1'], b: ['x', 'true'] });
  for (const text of ['{', '[1]', 'null', '3', '{"a": null}', '{"a": {"b": 1}}', '{"a": [[1]]}'])
    assert.throws(() => nodeArguments(text), { code: 'commander.invalidArgument' }, text);
});
