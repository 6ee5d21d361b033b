import assert from 'node:assert/strict';
import { test } from 'node:test';
import { combinations, valuesOf } from '../../src/client/arguments.ts';
import { Tool } from '../../src/client/tool.ts';

const tool = new Tool('tests');

function template(commandTemplate: string, classes: { nodeArgs?: string[]; taskArgs?: string[]; opArgs?: string[] }) {
  return tool.getTaskTemplate({ templateName: 'tmpl', commandTemplate, ...classes });
}

test('every placeholder is in exactly one class, every argument has a placeholder, and none is called name', () => {
  const refused = [
    ['a {x}', {}, /placeholder \{x\} is no node, task or op argument/],
    ['a {x}', { nodeArgs: ['x'], opArgs: ['x'] }, /argument x is listed twice/],
    ['a {x}', { nodeArgs: ['x', 'y'] }, /argument y has no placeholder/],
    ['a {name}', { nodeArgs: ['name'] }, /called name/],
    ['a {x.y}', { nodeArgs: ['x'] }, /\{x\.y\}/],
  ] as const;
  for (const [command, classes, message] of refused) {
    assert.throws(() => template(command, classes as never), { code: 'template_invalid', message });
  }
});

test('a task needs a value for every placeholder and has no other', () => {
  const plain = template('a {x} {y}', { nodeArgs: ['x'], opArgs: ['y'] });
  assert.throws(() => plain.createTask({ x: 1 }), {
    code: 'argument_invalid',
    message: 'A task of template tmpl has no value for y.',
  });
  assert.throws(() => plain.createTask({ x: 1, y: undefined }), /no value for y/);
  assert.throws(() => plain.createTask({ x: 1, y: 2, z: 3 }), /Template tmpl has no argument z\./);
  assert.throws(() => plain.createTask({ x: 'v'.repeat(2049), y: 1 }), /x .* has 2049 characters/);
  assert.doesNotThrow(() => plain.createTask({ x: 1, y: 'v'.repeat(5000) }), 'op arguments are not stored');
});

test('texts of values are those of Python, in the command and in the arguments', () => {
  const task = template('run {a} {b} {c}', { nodeArgs: ['b', 'a'], taskArgs: ['c'] }).createTask({
    a: true,
    b: 1e-5,
    c: ['x', null],
  });
  assert.equal(task.command, "run True 1e-05 ['x', None]");
  assert.deepEqual(task.node.args, { b: '1e-05', a: 'True' });
  assert.deepEqual(task.taskArgs, { c: "['x', None]" });
});

test('combinations vary the last name fastest', () => {
  const found = combinations([
    ['a', [1, 2]],
    ['b', ['x', 'y']],
  ]);
  assert.deepEqual(
    [...found].map(({ a, b }) => `${a}${b}`),
    ['1x', '1y', '2x', '2y'],
  );
  assert.deepEqual([...combinations([])], [{}]);
  assert.deepEqual([...combinations([['a', []]])], []);
});

test('a string and a single value are one value, any other iterable is many', () => {
  assert.deepEqual(valuesOf('abc'), ['abc']);
  assert.deepEqual(valuesOf(7), [7]);
  assert.deepEqual(valuesOf(new Set([1, 2])), [1, 2]);
});
