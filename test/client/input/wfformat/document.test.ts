import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseWfFormat } from '../../../../src/client/input/wfformat/document.ts';

const document = () => ({
  name: 'tiny',
  schemaVersion: '1.5',
  workflow: {
    specification: { tasks: [{ id: 'a', name: 'a', parents: [] as unknown[] }], files: [{ id: 'f', sizeInBytes: 3 }] },
    execution: { makespanInSeconds: 1, executedAt: 'now', tasks: [{ id: 'a', runtimeInSeconds: 1 as unknown }] },
  },
});

test('what is not read may have any shape', () => {
  const extended = { ...document(), author: 5, runtimeSystem: [], workflow: { ...document().workflow, repo: null } };
  assert.equal(parseWfFormat(JSON.stringify(extended), 'in.json').name, 'tiny');
});

test('a wrong value is named by its path in the document', () => {
  const refuse = (change: (value: ReturnType<typeof document>) => void, expected: RegExp) => {
    const value = document();
    change(value);
    assert.throws(() => parseWfFormat(JSON.stringify(value), 'in.json'), expected);
  };
  refuse((value) => Object.assign(value, { workflow: {} }), /in\.json: workflow lacks specification/);
  refuse(
    (value) => Object.assign(value.workflow.specification, { tasks: [] }),
    /specification\.tasks must be a list of at least one task, not an empty list/,
  );
  refuse(
    (value) => value.workflow.specification.tasks[0]?.parents.push(7),
    /tasks\[0\]\.parents\[0\] must be a text .*, not 7/,
  );
  refuse(
    (value) => Object.assign(value.workflow.execution.tasks[0] ?? {}, { runtimeInSeconds: '1' }),
    /execution\.tasks\[0\]\.runtimeInSeconds must be a number of seconds .*, not "1"/,
  );
});

test('a number that JSON can write but nobody can hold is refused', () => {
  const text = JSON.stringify(document()).replace('"runtimeInSeconds":1', '"runtimeInSeconds":1e999');
  assert.throws(() => parseWfFormat(text, 'in.json'), /runtimeInSeconds must be .*, not Infinity/);
});
