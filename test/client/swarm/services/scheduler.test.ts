import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerGateway } from '../../../../src/client/swarm/gateway.ts';
import { takeRounds } from '../../../../src/client/swarm/services/batches.ts';
import { Scheduler } from '../../../../src/client/swarm/services/scheduler.ts';
import type { SwarmState } from '../../../../src/client/swarm/state.ts';
import { StateUpdate } from '../../../../src/client/swarm/state-update.ts';
import type { SwarmTask } from '../../../../src/client/swarm/task.ts';
import { silentLog } from '../../../../src/core/log.ts';
import { FakeFailure, type FakeRequest, fakeTransport } from '../../../support/fake-transport.ts';
import { makeRequester, makeState, makeTask } from '../../../support/swarm.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

type Answer = (request: FakeRequest) => unknown;

const queueAll: Answer = ({ path, body }) =>
  path.endsWith('bind_resources') ? 9 : { tasks_by_status: { Q: body.task_ids } };

function schedulerFor(state: SwarmState, answer: Answer = queueAll) {
  const clock = new VirtualClock();
  const transport = fakeTransport(answer);
  const gateway = new ServerGateway(makeRequester(transport, clock), 3, 7);
  const scheduler = new Scheduler({ gateway, state, clock, log: silentLog });
  const queued = () => transport.requests.filter(({ path }) => path.includes('queue_task_batch'));
  return { clock, transport, scheduler, queued };
}

/** A state with these tasks, of which those in G or A are ready. */
function readyState(tasks: readonly SwarmTask[], limits: Record<number, number> = {}): SwarmState {
  const state = makeState(tasks, limits);
  for (const task of tasks) if (task.status === 'G') state.enqueueTask(task);
  return state;
}

const many = (count: number, fields: Parameters<typeof makeTask>[1] = {}, first = 1) =>
  Array.from({ length: count }, (_, index) => makeTask(first + index, fields));

const sizesOf = (state: SwarmState) => [...takeRounds(state)].flat().map(({ tasks }) => tasks.length);

test('Q1: the limit is the one of the state', () => {
  const state = makeState();
  const { scheduler } = schedulerFor(state);
  scheduler.maxConcurrentlyRunning = 5;
  assert.deepEqual([state.maxConcurrentlyRunning, scheduler.maxConcurrentlyRunning], [5, 5]);
});

test('Q2: there is work when a task is ready and the limit allows one', () => {
  const state = makeState([makeTask(1)]);
  const { scheduler } = schedulerFor(state);
  assert.equal(scheduler.hasWork(), false);
  state.enqueueTask(state.getTask(1) as SwarmTask);
  assert.equal(scheduler.hasWork(), true);
  state.maxConcurrentlyRunning = 0;
  assert.equal(scheduler.hasWork(), false);
});

test('Q3, Q4, Q5: batches hold the tasks of one array that ask for the same', () => {
  assert.deepEqual(sizesOf(readyState([])), []);
  assert.deepEqual(sizesOf(readyState(many(1))), [1]);
  assert.deepEqual(sizesOf(readyState(many(5))), [5]);
  assert.deepEqual(sizesOf(readyState([...many(2), ...many(3, { arrayId: 2 }, 11)])), [2, 3]);
  assert.deepEqual(sizesOf(readyState([...many(2), ...many(3, { memory: 8 }, 11)])), [2, 3]);
});

test('equal resources of different arrays, interleaved, still make one batch each', () => {
  const tasks = Array.from({ length: 8 }, (_, id) => makeTask(id, { arrayId: 1 + (id % 2), memory: 1 + (id % 4) }));
  const batches = [...takeRounds(readyState(tasks))].flat();
  assert.deepEqual(
    batches.map((batch) => batch.tasks.map(({ taskId }) => taskId)),
    [
      [0, 4],
      [1, 5],
      [2, 6],
      [3, 7],
    ],
  );
});

test('Q6: the limit of the workflow counts the running task', () => {
  const state = readyState([...many(5), makeTask(9, { status: 'R' })]);
  state.maxConcurrentlyRunning = 3;
  assert.deepEqual(sizesOf(state), [2]);
  assert.equal(state.getReadyToRunCount(), 3);
});

test('Q7: the limit of an array counts its active tasks, and what it holds back stays ready in order', () => {
  const active = [makeTask(11, { status: 'R' }), makeTask(12, { status: 'O' }), makeTask(13, { status: 'Q' })];
  assert.deepEqual(sizesOf(readyState([...many(5), ...active], { 1: 5 })), [2]);
  const state = readyState([...many(3), ...active.slice(0, 2)], { 1: 3 });
  assert.deepEqual(sizesOf(state), [1]);
  assert.deepEqual(
    [1, 2, 3].map(() => state.dequeueTask()?.taskId),
    [2, 3, undefined],
  );
});

test('a full array does not hold up another', () => {
  const state = readyState([...many(5), ...many(4, { arrayId: 2 }, 11)], { 1: 0, 2: 3 });
  assert.deepEqual(sizesOf(state), [3]);
  assert.equal(state.getReadyToRunCount(), 6);
});

test('Q8: no batch is larger than 500', () => {
  assert.equal(Scheduler.MAX_BATCH_SIZE, 500);
  assert.deepEqual(sizesOf(readyState(many(600))), [500, 100]);
});

test('Q9: a batch binds its resources first and carries array, tasks, resources and cluster', async () => {
  const state = readyState(many(2));
  const { transport, scheduler } = schedulerFor(state);
  const [round] = [...takeRounds(state)];
  const result = await scheduler.queueBatch(round?.[0] as NonNullable<typeof round>[0]);
  assert.deepEqual(transport.lines, ['POST /v3/task/bind_resources', 'POST /v3/array/1/queue_task_batch']);
  const body = { task_ids: [1, 2], task_resources_id: 9, workflow_run_id: 7, cluster_id: 4 };
  assert.deepEqual(transport.requests[1]?.body, body);
  assert.deepEqual(result, {
    taskStatuses: new Map([
      [1, 'Q'],
      [2, 'Q'],
    ]),
    batchSize: 2,
    arrayId: 1,
  });
});

test('Q10: a tick merges its batches, stops after the time limit, and successive ticks drain the queue', async () => {
  const state = readyState(many(1200));
  const { clock, scheduler, queued } = schedulerFor(state, async (request) => {
    await clock.sleep(100);
    return queueAll(request);
  });
  assert.equal((await schedulerFor(makeState()).scheduler.tick()).isEmpty, true);
  const first = await clock.runUntil(scheduler.tick({ timeLimit: 0.25 }));
  assert.equal(first.taskStatuses.size, 1000);
  assert.equal(state.getReadyToRunCount(), 200);
  const second = await clock.runUntil(scheduler.tick({ timeLimit: 0.01 }));
  assert.equal(second.taskStatuses.size, 200);
  assert.deepEqual([state.getReadyToRunCount(), state.countOf('Q'), queued().length], [0, 1200, 3]);
});

test('a tick ends after the round in which it is told to', async () => {
  const state = readyState(many(1200));
  const { scheduler } = schedulerFor(state);
  await scheduler.tick({ stopWhen: () => true });
  assert.equal(state.countOf('Q'), 500);
});

test('tasks that the server did not move are ready again', async () => {
  const state = readyState(many(3));
  const { scheduler } = schedulerFor(state, (request) =>
    request.path.endsWith('bind_resources') ? 9 : { tasks_by_status: { Q: [1], G: [2] } },
  );
  await scheduler.tick();
  assert.deepEqual(
    [1, 2, 3].map(() => state.dequeueTask()?.taskId),
    [2, 3, undefined],
  );
});

test('a failed batch loses no result of another, and its tasks are ready again', async () => {
  const state = readyState([...many(2), ...many(2, { arrayId: 2 }, 11)]);
  const { scheduler } = schedulerFor(state, (request) => {
    if (request.path.includes('/array/2/')) throw new FakeFailure(400);
    return queueAll(request);
  });
  await assert.rejects(scheduler.tick(), { code: 'request_refused' });
  assert.deepEqual([state.countOf('Q'), state.getReadyToRunCount()], [2, 2]);
});

test('after a lost answer the same request is repeated, and its second answer counts', async () => {
  const state = readyState(many(2));
  const moved = new Set<number>();
  let losses = 1;
  const { clock, scheduler, queued } = schedulerFor(state, (request) => {
    if (request.path.endsWith('bind_resources')) return 9;
    for (const id of request.body.task_ids) moved.add(id);
    if (losses-- > 0) throw new FakeFailure('cut');
    return { tasks_by_status: { Q: [...moved] } };
  });
  await clock.runUntil(scheduler.tick());
  assert.deepEqual([state.countOf('Q'), state.getReadyToRunCount(), queued().length], [2, 0, 2]);
});

test('news that overtook the answer to a queue request are not overwritten by it', async () => {
  const state = readyState(many(2));
  const { scheduler } = schedulerFor(state, (request) => {
    if (request.path.endsWith('bind_resources')) return 9;
    state.applyUpdate(StateUpdate.fromTaskStatusResponse({ D: [1] }));
    return queueAll(request);
  });
  await scheduler.tick();
  assert.deepEqual([state.getTask(1)?.status, state.getTask(2)?.status], ['D', 'Q']);
});

test('a few batches of different arrays are under way at once, those of one array never', async () => {
  const tasks = [1, 2, 3, 4, 5, 6].flatMap((arrayId) =>
    many(2, { arrayId }, arrayId * 10).concat(many(1, { arrayId, memory: 9 }, arrayId * 10 + 5)),
  );
  const underWay: number[] = [];
  let most = 0;
  const { clock, scheduler } = schedulerFor(readyState(tasks), async (request) => {
    if (request.path.endsWith('bind_resources')) return 9;
    const arrayId = Number(request.path.split('/')[3]);
    assert.ok(!underWay.includes(arrayId));
    underWay.push(arrayId);
    most = Math.max(most, underWay.length);
    await clock.sleep(10);
    underWay.splice(underWay.indexOf(arrayId), 1);
    return queueAll(request);
  });
  const update = await clock.runUntil(scheduler.tick());
  assert.deepEqual([most, update.taskStatuses.size], [4, 18]);
});

test('100,000 ready tasks in 100 interleaved resource groups', async (context) => {
  const tasks = Array.from({ length: 100_000 }, (_, id) => makeTask(id + 1, { memory: 1 + (id % 100) }));
  const state = makeState(tasks);
  state.maxConcurrentlyRunning = 1_000_000;
  const array = state.arrays.get(1);
  if (array) array.maxConcurrentlyRunning = 1_000_000;
  const started = process.hrtime.bigint();
  for (const task of tasks) state.enqueueTask(task);
  const batches = [...takeRounds(state)].flat();
  const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
  context.diagnostic(`enqueued and taken in ${batches.length} batches in ${milliseconds.toFixed(0)} ms`);
  assert.equal(batches.length, 200);
  assert.equal(state.getReadyToRunCount(), 0);
  const keys = batches.map((batch) => new Set(batch.tasks.map((task) => task.currentTaskResources.key)).size);
  assert.ok(keys.every((count) => count === 1));
});
