import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TaskResources } from '../../../src/client/resources/task-resources.ts';
import { SwarmArray } from '../../../src/client/swarm/array.ts';
import { StateUpdate, SwarmState } from '../../../src/client/swarm/state.ts';
import type { TaskStatus } from '../../../src/core/status.ts';
import { link, makeQueue, makeState, makeTask } from '../../support/swarm.ts';

const statuses = (entries: Readonly<Record<number, TaskStatus>>) =>
  new StateUpdate({ taskStatuses: new Map(Object.entries(entries).map(([id, status]) => [Number(id), status])) });

/** One task each of G, Q, R, D, F and A, with ids 1 to 6. */
const ofEveryKind = () =>
  makeState((['G', 'Q', 'R', 'D', 'F', 'A'] as const).map((status, index) => makeTask(index + 1, { status })));

test('S4: a new state has its ids, eight empty statuses and an empty queue', () => {
  const state = new SwarmState({ workflowId: 1, workflowRunId: 2, dagId: 3 });
  assert.deepEqual([state.workflowId, state.workflowRunId, state.dagId, state.status], [1, 2, 3, 'B']);
  assert.deepEqual([state.maxConcurrentlyRunning, state.lastSync, state.numPreviouslyComplete], [10_000, null, 0]);
  assert.deepEqual([...state.taskStatusMap.keys()].sort(), ['A', 'D', 'F', 'G', 'I', 'O', 'Q', 'R']);
  assert.ok([...state.taskStatusMap.values()].every((tasks) => tasks.size === 0 && [...tasks].length === 0));
  assert.equal(state.dequeueTask(), null);
});

test('S5: tasks are found by id, and live in the bucket of their status', () => {
  const state = ofEveryKind();
  const task = state.getTask(4);
  assert.equal(state.getTask(99), null);
  assert.deepEqual([...state.getTasksByStatus('D')], [task]);
  assert.ok(task && state.taskStatusMap.get('D')?.has(task) && !state.taskStatusMap.get('G')?.has(task));
  assert.equal(state.getTasksByStatus('?' as TaskStatus).size, 0);
});

test('S6, S9: counts, finality and percentage', () => {
  const state = ofEveryKind();
  assert.deepEqual([state.getActiveTaskCount(), state.getDoneCount(), state.getFailedCount()], [2, 1, 1]);
  assert.equal(state.allTasksFinal, false);
  assert.equal(state.getPercentDone(), 16.67);
  assert.equal(makeState().getPercentDone(), 0);
  assert.equal(makeState().allTasksFinal, true);
  assert.equal(makeState([makeTask(1, { status: 'D' }), makeTask(2, { status: 'F' })]).allTasksFinal, true);
});

test('S7: pending work is an active or a ready task', () => {
  const state = makeState([makeTask(1)]);
  assert.equal(state.hasPendingWork, false);
  state.enqueueTask(makeTask(1));
  assert.equal(state.hasPendingWork, true);
  assert.equal(makeState([makeTask(1, { status: 'O' })]).hasPendingWork, true);
});

test('S8: capacities follow the active tasks of the workflow and of each array', () => {
  const tasks = [makeTask(1, { status: 'Q' }), makeTask(2, { status: 'R' }), makeTask(3, { arrayId: 2 })];
  const state = makeState(tasks, { 1: 50, 2: 20 });
  state.maxConcurrentlyRunning = 100;
  const capacities = () => [state.getAvailableCapacity(), state.getArrayCapacity(1), state.getArrayCapacity(2)];
  assert.deepEqual(capacities(), [98, 48, 20]);
  assert.equal(state.getArrayCapacity(99), 0);
  state.updateTaskStatus(2, 'D');
  state.updateTaskStatus(3, 'Q');
  assert.deepEqual(capacities(), [98, 49, 19]);
  state.maxConcurrentlyRunning = 1;
  assert.equal(state.getAvailableCapacity(), 0);
});

test('S10: an update moves known tasks and tells which, and sets limits, run status and sync time', () => {
  const state = ofEveryKind();
  const changed = state.applyUpdate(
    statuses({ 3: 'D', 2: 'I', 4: 'D', 99: 'R' }).merge(
      new StateUpdate({
        maxConcurrentlyRunning: 0,
        arrayLimits: new Map([
          [1, 5],
          [8, 6],
        ]),
        workflowRunStatus: 'C',
        syncTime: '2026-01-01 00:00:00',
      }),
    ),
  );
  assert.deepEqual(
    changed.map(({ taskId }) => taskId),
    [2, 3],
  );
  assert.deepEqual([state.getDoneCount(), state.countOf('I'), state.countOf('Q')], [2, 1, 0]);
  assert.deepEqual([state.maxConcurrentlyRunning, state.arrays.get(1)?.maxConcurrentlyRunning], [0, 5]);
  assert.deepEqual([state.status, state.lastSync], ['C', '2026-01-01 00:00:00']);
});

test('a task that is queued or done elsewhere leaves the ready queue', () => {
  const task = makeTask(1);
  const state = makeState([task]);
  state.enqueueTask(task);
  state.applyUpdate(statuses({ 1: 'A' }));
  assert.equal(state.getReadyToRunCount(), 1);
  state.applyUpdate(statuses({ 1: 'D' }));
  assert.equal(state.getReadyToRunCount(), 0);
  assert.equal(state.dequeueTask(), null);
});

test('an unknown status is neither active nor final, and keeps the other counts right', () => {
  const state = makeState([makeTask(1, { status: 'R' })]);
  state.applyUpdate(statuses({ 1: 'Y' as TaskStatus }));
  assert.deepEqual([state.getActiveTaskCount(), state.allTasksFinal, state.getArrayCapacity(1)], [0, false, 10_000]);
  assert.equal(
    [...state.taskStatusMap.values()].reduce((sum, tasks) => sum + tasks.size, 0),
    0,
  );
  state.applyUpdate(statuses({ 1: 'D' }));
  assert.equal(state.allTasksFinal, true);
});

test('S11: one task is updated only if it changes', () => {
  const state = makeState([makeTask(1)]);
  assert.deepEqual(
    [state.updateTaskStatus(1, 'Q'), state.updateTaskStatus(1, 'Q'), state.updateTaskStatus(9, 'Q')],
    [true, false, false],
  );
});

test('S12: completions make dependents ready when the last upstream is done', () => {
  const [one, other, waiting, busy] = [makeTask(1), makeTask(2), makeTask(3), makeTask(4, { status: 'R' })];
  const state = makeState([one, other, waiting, busy]);
  link(state, one, waiting, busy);
  link(state, other, waiting);
  assert.deepEqual(state.propagateCompletions([one]), []);
  assert.deepEqual([waiting.numUpstreamsDone, busy.numUpstreamsDone], [1, 1]);
  assert.deepEqual(state.propagateCompletions([other]), [waiting]);
});

test('a task that completes twice counts once; one that is reset takes its credit back', () => {
  const [upstream, dependent] = [makeTask(1, { status: 'D' }), makeTask(2)];
  const state = makeState([upstream, dependent]);
  link(state, upstream, dependent);
  assert.deepEqual(state.propagateCompletions([upstream]), [dependent]);
  assert.deepEqual(state.propagateCompletions([upstream]), []);
  state.enqueueTask(dependent);
  state.retractCompletions([upstream]);
  state.retractCompletions([upstream]);
  assert.deepEqual([dependent.numUpstreamsDone, state.getReadyToRunCount()], [0, 0]);
  assert.deepEqual(state.propagateCompletions([upstream]), [dependent]);
});

test('more upstreams done than exist is an internal error', () => {
  const task = makeTask(5);
  task.numUpstreamsDone = 1;
  assert.throws(() => task.allUpstreamsDone, { code: 'internal', message: /Task 5 has 1 .* more than the 0/ });
});

test('S13: the queue gives adjusted tasks first, then the others in order', () => {
  const tasks = [1, 2, 3, 4].map((id) => makeTask(id, { memory: id % 2 }));
  const state = makeState(tasks);
  const [one, two, three, four] = tasks as [(typeof tasks)[0], (typeof tasks)[0], (typeof tasks)[0], (typeof tasks)[0]];
  state.enqueueTask(one);
  state.enqueueTask(two);
  state.enqueueTask(three, { front: true });
  state.enqueueTask(four, { front: true });
  assert.equal(state.getReadyToRunCount(), 4);
  assert.deepEqual(
    [1, 2, 3, 4, 5].map(() => state.dequeueTask()?.taskId),
    [3, 4, 1, 2, undefined],
  );
});

test('S14: the first resources stored for a value are the ones that all get', () => {
  const state = makeState();
  const [first, equal] = [new TaskResources({ cores: 1 }, makeQueue()), new TaskResources({ cores: 1 }, makeQueue())];
  assert.equal(state.getCachedResources(first.key), null);
  assert.equal(state.cacheResources(first), first);
  assert.equal(state.cacheResources(equal), first);
  assert.equal(state.getCachedResources(equal.key), first);
});

test('S15: tasks that were done before credit all their dependents', () => {
  const [done, open, dependent] = [makeTask(1, { status: 'D' }), makeTask(2), makeTask(3)];
  const state = makeState([done, open, dependent]);
  link(state, done, dependent);
  link(state, open, dependent);
  state.computeInitialUpstreamDoneCounts();
  assert.deepEqual([dependent.numUpstreams, dependent.numUpstreamsDone, dependent.allUpstreamsDone], [2, 1, false]);
});

test('an array refuses tasks of another', () => {
  const array = new SwarmArray(8, 5);
  assert.equal(array.arrayName, 'array_8');
  assert.throws(() => array.addTask(makeTask(1)), {
    code: 'internal',
    message: /Task 1 belongs to array 1, not to array 8/,
  });
});
