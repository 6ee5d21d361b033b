import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../src/core/clock.ts';
import { Feed } from '../../src/server/feed.ts';
import { Served } from './served.ts';

/** A clock whose timers fire when the test says so. */
function manualClock(): { clock: Clock; timers: Set<() => void> } {
  const timers = new Set<() => void>();
  const after: Clock['after'] = (_milliseconds, action) => {
    timers.add(action);
    return () => timers.delete(action);
  };
  return { clock: { now: () => 0, monotonic: () => 0, sleep: async () => {}, after }, timers };
}

async function openFeed(context: { after(action: () => unknown): void }) {
  const { database } = await Served.open(context);
  const { clock, timers } = manualClock();
  return { database, timers, feed: new Feed(database, clock) };
}

test('a wait ends at the commit that touches its topic, not at others, and leaves no timer', async (context) => {
  const { database, feed, timers } = await openFeed(context);
  let ended = false;
  const waiting = feed.wait(['workflow:1', 'workflow_run:7'], 30, new AbortController().signal).then(() => {
    ended = true;
  });
  await database.write(async (unit) => unit.changed('workflow:2'));
  assert.equal(ended, false);
  await database.write(async (unit) => unit.changed('workflow_run:7'));
  await waiting;
  assert.equal(timers.size, 0);
});

test('a commit between the start of the wait and its await is not lost', async (context) => {
  const { database, feed } = await openFeed(context);
  const waiting = feed.wait(['workflow:1'], 30, new AbortController().signal);
  await database.write(async (unit) => unit.changed('workflow:1'));
  await waiting;
});

test('a wait ends after its time, when it is aborted, and when the feed closes', async (context) => {
  const { feed, timers } = await openFeed(context);
  const never = new AbortController().signal;
  const timed = feed.wait(['workflow:1'], 30, never);
  for (const fire of timers) fire();
  await timed;
  const leaving = new AbortController();
  const aborted = feed.wait(['workflow:1'], 30, leaving.signal);
  leaving.abort();
  await aborted;
  await feed.wait(['workflow:1'], 30, leaving.signal);
  const open = feed.wait(['workflow:1'], 30, never);
  feed.close();
  await open;
  await feed.wait(['workflow:1'], 30, never);
  assert.equal(timers.size, 0, 'no wait leaves a timer behind');
});
