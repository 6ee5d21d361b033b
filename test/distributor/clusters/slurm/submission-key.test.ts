import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readKey, writeKey } from '../../../../src/distributor/clusters/slurm/submission-key.ts';

const KEY = {
  ...{ database: 'f00-ba7', workflowId: 1, workflowRunId: 2, arrayId: 3, batchNumber: 4 },
  ...{ firstStep: 0, steps: 500 },
};

test('a key is read as it was written', () => {
  assert.equal(writeKey(KEY), 'skep:f00-ba7:1:2:3:4:0:500');
  assert.deepEqual(readKey(writeKey(KEY)), KEY);
});

test('the comments of others are no keys', () => {
  const key = writeKey(KEY);
  for (const comment of [
    '',
    '(null)',
    'key=abc',
    `${key}:1`,
    `x${key}`,
    key.replace('500', 'x'),
    'skep::1:2:3:4:0:5',
  ]) {
    assert.equal(readKey(comment), undefined, comment);
  }
});
