import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  allows,
  TASK_INSTANCE_STATUSES,
  TASK_INSTANCE_TRANSITIONS,
  TASK_INSTANCE_UNTIMELY,
  TASK_STATUSES,
  TASK_TRANSITIONS,
  type TaskInstanceStatus,
  type TaskStatus,
} from '../../../src/core/status.ts';
import { decideInstance, type InstanceState } from '../../../src/server/transitions/instance.ts';

const INSTANCE_LETTERS = Object.keys(TASK_INSTANCE_STATUSES) as TaskInstanceStatus[];
const TASK_LETTERS = Object.keys(TASK_STATUSES) as TaskStatus[];

function state(status: TaskInstanceStatus, taskStatus: TaskStatus, more: Partial<InstanceState> = {}): InstanceState {
  return { status, taskStatus, numAttempts: 1, maxAttempts: 3, superseded: false, ...more };
}

test('every accepted move is in the tables, for all pairs, task statuses and attempts', () => {
  let accepted = 0;
  for (const from of INSTANCE_LETTERS) {
    for (const to of INSTANCE_LETTERS) {
      for (const taskStatus of TASK_LETTERS) {
        for (const numAttempts of [1, 3]) {
          for (const superseded of [false, true]) {
            const move = decideInstance(state(from, taskStatus, { numAttempts, superseded }), to);
            if (move === undefined) continue;
            accepted++;
            const pair = `${from}→${to} with task ${taskStatus}`;
            assert.ok(allows(TASK_INSTANCE_TRANSITIONS, from, to), pair);
            assert.ok(!allows(TASK_INSTANCE_UNTIMELY, from, to), pair);
            if (move.instance !== to) assert.equal(move.instance, 'F', pair);
            if (move.task !== undefined) {
              assert.ok(!superseded, `${pair}: the task belongs to a newer instance`);
              assert.ok(isReachable(taskStatus, move.task), `${pair}: task → ${move.task}`);
              assert.notEqual(move.task, 'E', pair);
            }
          }
        }
      }
    }
  }
  assert.ok(accepted > 100);
});

test('the effective table: instance and task move together', () => {
  const rows: [TaskInstanceStatus, string, TaskStatus, TaskStatus | undefined][] = [
    ['I', 'O', 'I', 'O'],
    ['I', 'R', 'I', 'R'],
    ['O', 'R', 'O', 'R'],
    ['R', 'D', 'R', 'D'],
    ['K', 'D', 'R', 'D'],
    ['K', 'D', 'O', 'D'],
    ['I', 'W', 'I', 'G'],
    ['O', 'U', 'O', 'G'],
    ['O', 'Z', 'O', 'A'],
    ['R', 'E', 'R', 'G'],
    ['R', 'Z', 'R', 'A'],
    ['X', 'E', 'O', 'G'],
    ['O', 'F', 'O', 'F'],
    ['K', 'F', 'R', 'F'],
    ['K', 'F', 'I', 'F'],
  ];
  for (const [from, to, task, expected] of rows) {
    assert.deepEqual(decideInstance(state(from, task), to), { instance: to, task: expected }, `${from}→${to}`);
  }
});

test('a report finds its way out of triage', () => {
  assert.deepEqual(decideInstance(state('T', 'R'), 'R'), { instance: 'R', task: undefined });
  assert.deepEqual(decideInstance(state('T', 'R'), 'D'), { instance: 'D', task: 'D' });
  assert.deepEqual(decideInstance(state('T', 'R'), 'E'), { instance: 'E', task: 'G' });
  assert.deepEqual(decideInstance(state('T', 'R'), 'Z'), { instance: 'Z', task: 'A' });
});

test('the last attempt fails the task', () => {
  for (const to of ['E', 'U', 'Z']) {
    assert.equal(decideInstance(state('R', 'R', { numAttempts: 3 }), to)?.task, 'F', to);
    assert.notEqual(decideInstance(state('R', 'R', { numAttempts: 2 }), to)?.task, 'F', to);
  }
});

test('an error of an instance whose task is finished ends the instance as fatal and leaves the task', () => {
  for (const taskStatus of ['D', 'F'] as const) {
    assert.deepEqual(decideInstance(state('X', taskStatus), 'E'), { instance: 'F', task: undefined });
    assert.deepEqual(decideInstance(state('R', taskStatus), 'Z'), { instance: 'F', task: undefined });
  }
});

test('an instance whose task has moved on ends alone, and never runs', () => {
  const movedOn = [
    ...(['G', 'Q', 'A'] as const).map((taskStatus) => ({ taskStatus, superseded: false })),
    { taskStatus: 'R' as const, superseded: true },
  ];
  for (const { taskStatus, superseded } of movedOn) {
    const decide = (from: TaskInstanceStatus, to: string) =>
      decideInstance(state(from, taskStatus, { superseded }), to);
    assert.deepEqual(decide('K', 'F'), { instance: 'F', task: undefined });
    assert.deepEqual(decide('R', 'E'), { instance: 'E', task: undefined });
    assert.deepEqual(decide('R', 'D'), { instance: 'D', task: undefined });
    assert.equal(decide('O', 'R'), undefined);
    assert.equal(decide('T', 'R'), undefined);
  }
});

test('what only the server may set, and letters that nobody knows, are refused', () => {
  for (const to of ['Q', 'I', 'K', 'T', 'X', 'B', '', 'constructor', 'DONE']) {
    for (const from of INSTANCE_LETTERS) assert.equal(decideInstance(state(from, 'R'), to), undefined, `${from}→${to}`);
  }
});

/** Reachable in one step or through one status that is not seen outside. */
function isReachable(from: TaskStatus, to: TaskStatus): boolean {
  return (
    allows(TASK_TRANSITIONS, from, to) ||
    TASK_LETTERS.some((between) => allows(TASK_TRANSITIONS, from, between) && allows(TASK_TRANSITIONS, between, to))
  );
}
