import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StateUpdate } from '../../../src/client/swarm/state-update.ts';

test('S1: an update is empty until it says anything, and a limit of 0 says something', () => {
  assert.equal(StateUpdate.empty().isEmpty, true);
  for (const fields of [
    { taskStatuses: new Map([[1, 'D' as const]]) },
    { maxConcurrentlyRunning: 0 },
    { arrayLimits: new Map([[1, 0]]) },
    { workflowRunStatus: 'R' as const },
    { syncTime: 'now' },
  ]) {
    assert.equal(new StateUpdate(fields).isEmpty, false, JSON.stringify(fields));
  }
});

test('S2: an answer of ids by status becomes statuses by numeric id', () => {
  const update = StateUpdate.fromTaskStatusResponse({ D: [1, 2, 3], R: [4, '5'] }, 'token');
  assert.deepEqual(
    [...update.taskStatuses],
    [
      [1, 'D'],
      [2, 'D'],
      [3, 'D'],
      [4, 'R'],
      [5, 'R'],
    ],
  );
  assert.equal(update.syncTime, 'token');
});

test('S3: in a merge the right side wins per key, and silence overrides nothing', () => {
  const left = new StateUpdate({
    taskStatuses: new Map([
      [1, 'Q'],
      [2, 'Q'],
    ]),
    maxConcurrentlyRunning: 5,
    arrayLimits: new Map([[1, 1]]),
    workflowRunStatus: 'R',
    syncTime: 'a',
  });
  const right = new StateUpdate({
    taskStatuses: new Map([
      [2, 'D'],
      [3, 'R'],
    ]),
    maxConcurrentlyRunning: 0,
  });
  const merged = left.merge(right);
  const expected = {
    taskStatuses: new Map([
      [1, 'Q'],
      [2, 'D'],
      [3, 'R'],
    ] as const),
    maxConcurrentlyRunning: 0,
    arrayLimits: new Map([[1, 1]]),
    workflowRunStatus: 'R' as const,
    syncTime: 'a',
  };
  assert.deepEqual(merged, new StateUpdate(expected));
  assert.deepEqual(left.merge(StateUpdate.empty()), left);
  assert.equal(left.taskStatuses.get(2), 'Q');
});
