import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerGateway } from '../../../../src/client/swarm/gateway.ts';
import { Synchronizer } from '../../../../src/client/swarm/services/synchronizer.ts';
import { silentLog } from '../../../../src/core/log.ts';
import { FakeFailure, type FakeRequest, fakeTransport } from '../../../support/fake-transport.ts';
import { makeRequester } from '../../../support/swarm.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const healthy = ({ path }: FakeRequest): unknown => {
  if (path.endsWith('/task_status_updates')) return { time: 'T', tasks_by_status: { D: [1, 2], R: [3] } };
  if (path.endsWith('/workflow/3/get_max_concurrently_running')) return { max_concurrently_running: 50 };
  if (path.includes('/array/')) return { max_concurrently_running: 10 * Number(path.split('/')[3]) };
  return {};
};

function synchronizer(answer: (request: FakeRequest) => unknown = healthy, arrays: number[] = [1, 2]) {
  const transport = fakeTransport(answer);
  const gateway = new ServerGateway(makeRequester(transport, new VirtualClock()), 3, 7);
  return { transport, sync: new Synchronizer(gateway, new Set([1, 3]), new Set(arrays), silentLog) };
}

const failing = (part: string) => (request: FakeRequest) => {
  if (request.path.includes(part)) throw new FakeFailure(400);
  return healthy(request);
};

test('Y1, Y3: unknown tasks are dropped until they are known', async () => {
  const { sync } = synchronizer();
  assert.deepEqual(
    [...(await sync.getTaskUpdatesOnly()).taskStatuses],
    [
      [1, 'D'],
      [3, 'R'],
    ],
  );
  sync.updateTaskIds(new Set([2]));
  assert.deepEqual([...(await sync.getTaskUpdatesOnly()).taskStatuses], [[2, 'D']]);
  sync.updateArrayIds(new Set([4]));
  assert.deepEqual([...(await sync.getConcurrencyLimitsOnly()).arrayLimits], [[4, 40]]);
});

test('Y2: a full sync sends no token, also when one is given; an incremental one does', async () => {
  const { transport, sync } = synchronizer();
  await sync.getTaskUpdatesOnly(true, 'old');
  await sync.getTaskUpdatesOnly(false, 'old');
  assert.deepEqual(
    transport.requests.map(({ body }) => body),
    [{}, { last_sync: 'old' }],
  );
});

test('Y4: a tick asks for triage, statuses and limits together, and merges them', async () => {
  const { transport, sync } = synchronizer();
  const update = await sync.tick();
  assert.equal(transport.lines.length, 5);
  assert.deepEqual(
    [...update.taskStatuses],
    [
      [1, 'D'],
      [3, 'R'],
    ],
  );
  assert.deepEqual([update.syncTime, update.maxConcurrentlyRunning], ['T', 50]);
  assert.deepEqual(
    [...update.arrayLimits],
    [
      [1, 10],
      [2, 20],
    ],
  );
});

test('Y4: the parts of a tick run side by side', async () => {
  const release = Promise.withResolvers<void>();
  let begun = 0;
  const { sync } = synchronizer(async (request) => {
    begun += 1;
    if (begun === 5) release.resolve();
    await release.promise;
    return healthy(request);
  });
  assert.equal((await sync.tick()).syncTime, 'T');
});

test('Y4, Y5: a part that fails leaves the others', async () => {
  const parts = {
    triaging: 'set_status_for_triaging',
    statuses: 'task_status_updates',
    limit: 'workflow/3/get_max',
    array: 'array/1/',
  };
  for (const [name, part] of Object.entries(parts)) {
    const update = await synchronizer(failing(part)).sync.tick();
    assert.equal(update.syncTime, name === 'statuses' ? undefined : 'T', name);
    assert.equal(update.maxConcurrentlyRunning, name === 'limit' ? undefined : 50, name);
    assert.deepEqual([...update.arrayLimits.keys()], name === 'array' ? [2] : [1, 2], name);
  }
});

test('Y4: without arrays no array is asked for', async () => {
  const { transport, sync } = synchronizer(healthy, []);
  await sync.tick();
  assert.ok(transport.lines.every((line) => !line.includes('/array/')));
});

test('Y6: each convenience method does its part only', async () => {
  const { transport, sync } = synchronizer();
  await sync.requestTriageOnly();
  await sync.getTaskUpdatesOnly();
  assert.deepEqual(transport.lines, [
    'POST /v3/workflow_run/7/set_status_for_triaging',
    'POST /v3/workflow/3/task_status_updates',
  ]);
});
