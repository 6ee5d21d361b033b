import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFrame } from '../../../src/client/queries/frame.ts';

test('columns become rows in the order of their numbers', () => {
  const text = '{"TASK_ID":{"0":4,"1":3,"10":9},"NAME":{"0":"b\\/c","1":null,"10":"z"}}';
  assert.deepEqual(parseFrame(text), [
    { TASK_ID: 4, NAME: 'b/c' },
    { TASK_ID: 3, NAME: null },
    { TASK_ID: 9, NAME: 'z' },
  ]);
});

test('an empty table has no rows', () => {
  assert.deepEqual(parseFrame('{"TASK_ID":{},"NAME":{}}'), []);
});

test('what is no table is an error, not an empty answer', () => {
  for (const text of ['', '[]', 'null', '3']) assert.throws(() => parseFrame(text), { code: 'answer_malformed' });
});
