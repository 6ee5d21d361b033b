import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TaskResources } from '../../../src/client/resources/task-resources.ts';
import { StateUpdate, type SwarmState } from '../../../src/client/swarm/state.ts';
import type { SwarmTask } from '../../../src/client/swarm/task.ts';
import { TaskFlow } from '../../../src/client/swarm/task-flow.ts';
import { createLog, silentLog } from '../../../src/core/log.ts';
import { link, makeQueue, makeState, makeTask } from '../../support/swarm.ts';

function flowOf(...tasks: SwarmTask[]) {
  const state = makeState(tasks);
  const flow = new TaskFlow(state, silentLog);
  const take = (byStatus: Record<string, number[]>) =>
    flow.process(state.applyUpdate(StateUpdate.fromTaskStatusResponse(byStatus)));
  return { state, flow, take };
}

function drained(state: SwarmState): number[] {
  const ids: number[] = [];
  for (let task = state.dequeueTask(); task !== null; task = state.dequeueTask()) ids.push(task.taskId);
  return ids;
}

test('O3: the fringe is the adjusted tasks, scaled, and the registered ones without open upstreams', async () => {
  const [blocker, blocked] = [makeTask(5), makeTask(6)];
  const adjusted = makeTask(9, { status: 'A', memory: 40 });
  const { state, flow } = flowOf(
    blocked,
    blocker,
    makeTask(2),
    adjusted,
    makeTask(3, { status: 'R' }),
    makeTask(4, { status: 'D' }),
  );
  link(state, blocker, blocked);
  await flow.enqueueFringe();
  assert.deepEqual(drained(state), [9, 2, 5]);
  assert.equal(adjusted.currentTaskResources.requestedResources.memory, 60);
});

test('O7: a done task counts, and makes its dependents ready; an adjusted one goes to the front', async () => {
  const [one, two, three] = [makeTask(1, { status: 'R' }), makeTask(2), makeTask(3, { status: 'R' })];
  const { state, flow, take } = flowOf(one, two, three);
  link(state, one, two);
  await take({ D: [1], A: [3] });
  assert.equal(flow.completions, 1);
  assert.deepEqual(drained(state), [3, 2]);
});

test('O8: a dependent that comes back in the same batch as its upstream is made ready once', async () => {
  for (const upstreamId of [1, 3]) {
    const [upstream, dependent] = [makeTask(upstreamId, { status: 'R' }), makeTask(2, { status: 'R' })];
    const { state, take } = flowOf(upstream, dependent);
    link(state, upstream, dependent);
    await take({ D: [upstreamId], G: [2] });
    assert.deepEqual(drained(state), [2]);
  }
});

test('a retry goes to the back, unless it waits for upstreams', async () => {
  const [open, dependent] = [makeTask(1), makeTask(2, { status: 'R' })];
  const { state, flow, take } = flowOf(open, dependent, makeTask(3, { status: 'R' }));
  link(state, open, dependent);
  await flow.enqueueFringe();
  await take({ G: [2, 3] });
  assert.deepEqual(drained(state), [1, 3]);
});

test('a task that is reset and completes again counts its dependents right', async () => {
  const [one, two, three] = [makeTask(1, { status: 'D' }), makeTask(2, { status: 'D' }), makeTask(3)];
  const { state, flow, take } = flowOf(one, two, three);
  link(state, one, three);
  link(state, two, three);
  state.computeInitialUpstreamDoneCounts();
  await flow.enqueueFringe();
  assert.equal(state.getReadyToRunCount(), 1);
  await take({ G: [1] });
  assert.deepEqual(drained(state), [1], 'the dependent waits again');
  assert.equal(three.numUpstreamsDone, 1);
  await take({ D: [1] });
  assert.deepEqual(drained(state), [3]);
  assert.equal(three.numUpstreamsDone, 2);
});

test('a task that flips between statuses while it is ready is queued once, with the latest resources', async () => {
  const task = makeTask(1, { memory: 40 });
  const { state, flow, take } = flowOf(task, makeTask(2));
  await flow.enqueueFringe();
  await take({ A: [1] });
  await take({ G: [1] });
  assert.equal(state.getReadyToRunCount(), 2);
  assert.equal(task.currentTaskResources.requestedResources.memory, 60);
  assert.deepEqual(drained(state), [1, 2]);
});

test('what became ready at one moment is queued by id, whatever the order of the news', async () => {
  const tasks = [7, 3, 11, 2].map((id) => makeTask(id, { status: 'R' }));
  const { state, take } = flowOf(...tasks);
  await take({ G: [11, 2, 7, 3] });
  assert.deepEqual(drained(state), [2, 3, 7, 11]);
});

test('a function of a task lays its resources over the request when the task becomes ready, once', async () => {
  let calls = 0;
  const computeResourcesCallable = async () => {
    calls += 1;
    return { memory: '8G', cores: 3 };
  };
  const task = makeTask(1, { computeResourcesCallable });
  const { flow, take } = flowOf(task);
  assert.equal(calls, 0);
  await flow.enqueueFringe();
  assert.deepEqual(task.currentTaskResources.requestedResources, { memory: 8, cores: 3 });
  await take({ R: [1] });
  await take({ G: [1] });
  assert.equal(calls, 1);
});

test('R8: a function that gives no object, or throws, is an error of the run', async () => {
  for (const given of [undefined, null, 'x', [1]]) {
    const task = makeTask(4, { computeResourcesCallable: (() => given) as unknown as () => Record<string, unknown> });
    await assert.rejects(flowOf(task).flow.enqueueFringe(), { code: 'callable_invalid', message: /task 4/ });
  }
  const broken = makeTask(1, { computeResourcesCallable: () => assert.fail('no input yet') });
  await assert.rejects(flowOf(broken).flow.enqueueFringe(), /no input yet/);
});

test('R9: validation clamps to the queue and shares equal requests; without change the object stays', async () => {
  const queue = makeQueue('all.q', { memory: [1, 10] }, 'slurm');
  const [large, larger, fitting] = [50, 60, 5].map((memory, index) =>
    makeTask(index, { currentTaskResources: new TaskResources({ memory }, queue) }),
  );
  const original = fitting?.currentTaskResources;
  const { flow } = flowOf(large as SwarmTask, larger as SwarmTask, fitting as SwarmTask);
  await flow.enqueueFringe();
  assert.equal(large?.currentTaskResources.requestedResources.memory, 10);
  assert.equal(larger?.currentTaskResources, large?.currentTaskResources);
  assert.equal(fitting?.currentTaskResources, original);
});

test('an unknown status is reported once and left alone', async () => {
  const lines: string[] = [];
  const state = makeState([makeTask(1), makeTask(2)]);
  const flow = new TaskFlow(state, createLog('test', 'warn', { write: (line: string) => void lines.push(line) }));
  await flow.process(state.applyUpdate(StateUpdate.fromTaskStatusResponse({ Y: [1, 2] })));
  assert.equal(lines.length, 1);
  assert.equal(state.getReadyToRunCount(), 0);
});
