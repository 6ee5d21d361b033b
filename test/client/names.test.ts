import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkName, checkTaskName, defaultArrayName, defaultTaskName } from '../../src/client/names.ts';

test('a task name is refused for each illegal character, a leading digit of any script, emptiness and length', () => {
  for (const name of ['a/b', 'a\\b', "a'b", 'a"b', 'a b', '1a', '٣a', '²a', '', 'x'.repeat(256)]) {
    assert.throws(() => checkTaskName(name), { code: 'name_invalid' }, name);
  }
  for (const name of ['a', 'ünïcode', 'a1', 'a:b=c,d', 'x'.repeat(255)]) assert.equal(checkTaskName(name), name);
});

test('the error names the name and its fault, and cuts a long name', () => {
  assert.throws(() => checkTaskName('my task'), { message: 'The task name "my task" contains " ".' });
  assert.throws(() => checkName('tool', 'x'.repeat(300)), /^SkepError: The tool name "x{80}…" is longer/);
});

test('a default name joins template and node arguments in the order given', () => {
  assert.equal(
    defaultTaskName('tmpl', [
      ['loc', '1'],
      ['sex', 'm'],
    ]),
    'tmpl_loc-1_sex-m',
  );
  assert.equal(defaultTaskName('tmpl', []), 'tmpl_');
});

test('a default name has illegal characters replaced and is cut at 250 characters to 249', () => {
  assert.equal(defaultTaskName('my tmpl', [['path', `/a b\\'"`]]), 'my_tmpl_path-_a_b___');
  const exact = defaultTaskName('t', [['a', 'x'.repeat(245)]]);
  assert.equal(exact.length, 249);
  assert.equal(defaultTaskName('t', [['a', 'x'.repeat(246)]]).length, 249);
  const wide = defaultTaskName('t', [['a', '😀'.repeat(300)]]);
  assert.equal([...wide].length, 249, 'characters are counted, not UTF-16 units');
});

test('a template name that starts with a digit makes default names invalid', () => {
  assert.throws(() => defaultTaskName('2nd', []), { code: 'name_invalid' });
});

test('a long template name is cut for its array', () => {
  assert.equal(defaultArrayName('x'.repeat(254)).length, 254);
  assert.equal(defaultArrayName('x'.repeat(255)).length, 254);
});
