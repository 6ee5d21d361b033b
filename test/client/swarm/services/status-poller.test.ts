import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerGateway } from '../../../../src/client/swarm/gateway.ts';
import { StatusPoller } from '../../../../src/client/swarm/services/status-poller.ts';
import { Synchronizer } from '../../../../src/client/swarm/services/synchronizer.ts';
import { Turn } from '../../../../src/client/swarm/turn.ts';
import { silentLog } from '../../../../src/core/log.ts';
import type { TaskStatus } from '../../../../src/core/status.ts';
import { FakeSwarmServer } from '../../../support/fake-swarm-server.ts';
import { makeRequester, makeState, makeTask } from '../../../support/swarm.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

function startPoller(status: TaskStatus = 'R') {
  const clock = new VirtualClock();
  const server = new FakeSwarmServer(clock, { feed: false }).addTask(1, { status });
  const gateway = new ServerGateway(makeRequester(server.transport, clock), 3, 7);
  const state = makeState([makeTask(1, { status })]);
  const synchronizer = new Synchronizer(gateway, state.tasks, state.arrays, silentLog);
  const poller = new StatusPoller({ synchronizer, state, turn: new Turn(), interval: 30, clock, log: silentLog });
  const stop = new AbortController();
  const running = poller.run((update) => void state.applyUpdate(update), stop.signal);
  const end = async () => {
    stop.abort();
    await running;
  };
  const polls = () => server.countOf('task_status_updates');
  return { clock, server, state, poller, polls, end };
}

test('the first poll is full; later ones reach ten seconds behind the last answer', async () => {
  const { clock, server, end } = startPoller();
  await clock.advance(5000);
  const bodies = server.transport.requests.map(({ body }) => body);
  assert.deepEqual(bodies[0], {});
  assert.deepEqual(bodies[1], { last_sync: '2025-12-31 23:59:50' });
  await end();
  assert.equal(clock.pending, 0);
});

test('polls are frequent while things change and back off to 2 s while tasks are active', async () => {
  const { clock, server, state, polls, end } = startPoller();
  await clock.advance(60_000);
  const before = polls();
  await clock.advance(20_000);
  assert.equal(polls() - before, 10);
  server.set(1, 'D');
  const missed = polls();
  while (state.getDoneCount() === 0) await clock.advance(50);
  assert.ok(polls() - missed <= 2);
  const changed = polls();
  await clock.advance(500);
  assert.ok(polls() - changed >= 3);
  await end();
});

test('polls back off to 10 s while nothing is active, and are near again when tasks are queued', async () => {
  const { clock, poller, polls, end } = startPoller('G');
  await clock.advance(120_000);
  const before = polls();
  await clock.advance(100_000);
  assert.equal(polls() - before, 10);
  poller.expectNews();
  const quiet = polls();
  await clock.advance(300);
  assert.ok(polls() - quiet >= 3);
  await end();
});

test('limits and triage are asked for at heartbeat pace only', async () => {
  const { clock, server, state, end } = startPoller();
  server.limit = 4;
  await clock.advance(29_000);
  assert.equal(server.countOf('get_max_concurrently_running'), 0);
  await clock.advance(95_000);
  assert.equal(state.maxConcurrentlyRunning, 4);
  assert.equal(server.countOf('set_status_for_triaging'), server.countOf('workflow/3/get_max_concurrently_running'));
  const asked = server.countOf('set_status_for_triaging');
  assert.ok(asked >= 3 && asked <= 4, `${asked}`);
  await end();
});

test('a full sync is asked for at once and resolves when it is delivered', async () => {
  const { clock, server, state, poller, end } = startPoller('G');
  await clock.advance(60_000);
  server.set(1, 'D');
  const synced = poller.fullSync();
  await clock.advance(0);
  await synced;
  assert.equal(state.getDoneCount(), 1);
  assert.deepEqual(server.transport.requests.at(-1)?.body, {});
  await end();
  await poller.fullSync();
});

test('a server that refuses is asked at a gentle pace, and the full sync still comes', async () => {
  const { clock, server, poller, polls, end } = startPoller();
  await clock.advance(100);
  server.fail('task_status_updates', 3, 400);
  const before = polls();
  let done = false;
  void poller.fullSync().then(() => {
    done = true;
  });
  await clock.advance(5000);
  assert.equal(done, false);
  assert.ok(polls() - before <= 3);
  await clock.advance(5000);
  assert.equal(done, true);
  await end();
});
