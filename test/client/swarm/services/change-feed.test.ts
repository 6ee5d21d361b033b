import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerGateway } from '../../../../src/client/swarm/gateway.ts';
import { ChangeFeed } from '../../../../src/client/swarm/services/change-feed.ts';
import type { StateUpdate } from '../../../../src/client/swarm/state-update.ts';
import { Turn } from '../../../../src/client/swarm/turn.ts';
import { silentLog } from '../../../../src/core/log.ts';
import { FakeSwarmServer } from '../../../support/fake-swarm-server.ts';
import { makeRequester } from '../../../support/swarm.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

function startFeed() {
  const clock = new VirtualClock();
  const server = new FakeSwarmServer(clock).addTask(1).addTask(2);
  const gateway = new ServerGateway(makeRequester(server.transport, clock), 3, 7);
  const feed = new ChangeFeed({ gateway, turn: new Turn(), clock, log: silentLog });
  const updates: StateUpdate[] = [];
  const stop = new AbortController();
  const running = feed.run((update) => updates.push(update), stop.signal);
  const end = async () => {
    stop.abort();
    await running;
  };
  const statuses = () => updates.map(({ taskStatuses }) => Object.fromEntries(taskStatuses));
  return { clock, server, feed, updates, statuses, end };
}

test('the first answer tells everything, each further one what changed, when it changed', async () => {
  const { clock, server, updates, statuses, end } = startFeed();
  await clock.advance(0);
  server.set(2, 'R');
  await clock.advance(0);
  server.setLimits(5, { 1: 3 });
  await clock.advance(0);
  assert.deepEqual(statuses(), [{ 1: 'G', 2: 'G' }, { 2: 'R' }, {}]);
  assert.deepEqual([updates[2]?.maxConcurrentlyRunning, updates[2]?.arrayLimits.get(1)], [5, 3]);
  assert.equal(updates[2]?.workflowRunStatus, 'O');
  await end();
  assert.equal(clock.pending, 1, 'the server still waits; the feed does not');
});

test('a full sync cuts the waiting request and is delivered before it resolves', async () => {
  const { clock, server, feed, statuses, end } = startFeed();
  await clock.advance(100);
  let seen = 0;
  const synced = feed.fullSync().then(() => {
    seen = statuses().length;
  });
  await clock.advance(0);
  await synced;
  assert.equal(seen, 2);
  assert.deepEqual(statuses()[1], { 1: 'G', 2: 'G' });
  const { body } = server.transport.requests.at(1) ?? {};
  assert.ok(body.cursor > 0);
  await end();
});

test('failures are outlasted with growing pauses; nothing is lost', async () => {
  const { clock, server, statuses, end } = startFeed();
  await clock.advance(0);
  server.fail('/changes', 6, 'cut');
  server.set(1, 'D');
  await clock.advance(0);
  server.set(2, 'D');
  await clock.advance(60_000);
  const after = statuses().slice(2);
  assert.ok(
    after.some((entry) => entry[2] === 'D'),
    JSON.stringify(after),
  );
  assert.ok(server.countOf('/changes') < 20, `${server.countOf('/changes')} requests`);
  await end();
});

test('a full sync that fails is repeated at a gentle pace until it succeeds', async () => {
  const { clock, server, feed, end } = startFeed();
  await clock.advance(0);
  server.fail('/changes', 5, 400);
  let done = false;
  void feed.fullSync().then(() => {
    done = true;
  });
  await clock.advance(200);
  assert.equal(done, false);
  assert.ok(server.countOf('/changes') <= 4);
  await clock.advance(20_000);
  assert.equal(done, true);
  await end();
});

test('a full sync that is asked for when the feed has ended does not hang', async () => {
  const { feed, end } = startFeed();
  await end();
  await feed.fullSync();
});
