import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseWorkflowDocument } from '../../../../src/client/input/yaml/document.ts';
import { expandEntry } from '../../../../src/client/input/yaml/expand.ts';

function expand(entry: string): string[] {
  const document = parseWorkflowDocument(
    `templates: {a: {command: x}}\ntasks:\n  - {template: a, ${entry}}\n`,
    'in.yaml',
  );
  const tasks = document.content.tasks.flatMap((tasks, position) => expandEntry(tasks, position, document));
  return tasks.map((args) => Object.values(args).join(''));
}

test('each is every combination, the last argument changing fastest', () => {
  assert.deepEqual(expand('each: {x: [1, 2], y: [a, b, c]}'), ['1a', '1b', '1c', '2a', '2b', '2c']);
});

test('zip is row by row', () => {
  assert.deepEqual(expand('zip: {x: [1, 2], y: [a, b]}'), ['1a', '2b']);
});

test('fixed arguments, combinations and rows come together', () => {
  assert.deepEqual(expand('args: {f: "-"}, each: {x: [1, 2]}, zip: {y: [a, b], z: [A, B]}'), [
    '-1aA',
    '-1bB',
    '-2aA',
    '-2bB',
  ]);
  assert.deepEqual(expand('args: {f: 7}'), ['7']);
});

test('what cannot be meant is refused', () => {
  assert.throws(
    () => expand('zip: {x: [1, 2], y: [a]}'),
    /in\.yaml:3:\d+: tasks\[0\]\.zip\.y has 1 values, but x has 2/,
  );
  assert.throws(() => expand('args: {x: 1}, each: {x: [2]}'), /gives the argument x more than once/);
  const many = `[${Array.from({ length: 101 }, (_, index) => index).join(', ')}]`;
  assert.throws(() => expand(`each: {x: ${many}, y: ${many}, z: ${many}}`), /describes 1030301 tasks/);
});
