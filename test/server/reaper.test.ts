import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../src/core/clock.ts';
import { Hearing } from '../../src/server/hearing.ts';
import { searchNow, startReaper } from '../../src/server/reaper.ts';
import { World } from './world.ts';

/** A clock whose sleeps end when the test says so. */
function steppingClock(world: World) {
  const sleepers: { milliseconds: number; wake: () => void }[] = [];
  let arrived: () => void = () => {};
  const clock: Clock = {
    ...world.services.clock,
    monotonic: () => world.steady,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        sleepers.push({ milliseconds, wake: resolve });
        signal?.addEventListener('abort', () => resolve(), { once: true });
        arrived();
      }),
  };
  const asleep = async () => {
    while (sleepers.length === 0) {
      await new Promise<void>((resolve) => {
        arrived = resolve;
      });
    }
    return sleepers.shift() as (typeof sleepers)[number];
  };
  return { clock, asleep };
}

test('the reaper looks at its interval, survives a failing search, and stops while it sleeps', async () => {
  const world = await World.open();
  try {
    const { runId } = await world.run(await world.bind());
    const { clock, asleep } = steppingClock(world);
    let failures = 1;
    const { database } = world.services;
    const flaky = new Proxy(database, {
      get(target, name) {
        if (name === 'read' && failures-- > 0) return () => Promise.reject(new Error('no disk today'));
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const reaper = startReaper({ ...world.services, clock, database: flaky });
    const pass = async () => {
      const sleeper = await asleep();
      assert.equal(sleeper.milliseconds, 15_000);
      world.advance(15);
      sleeper.wake();
    };
    await pass();
    for (let seconds = 30; seconds < 93; seconds += 15) {
      await pass();
      assert.equal(await world.runPair(runId), 'R/R');
    }
    await pass();
    await asleep();
    assert.equal(await world.runPair(runId), 'E/F');
    await reaper.stop();
  } finally {
    await world.close();
  }
});

for (const [what, change] of [
  ['the process stood still for an hour', (world: World) => world.advance(3600)],
  ['the machine slept for an hour, or its clock was set forwards', (world: World) => world.setClock(3600)],
  ['the clock was set back by an hour', (world: World) => world.setClock(-3600)],
] as const) {
  test(`${what}: every run gets a whole deadline to report again`, async () => {
    const world = await World.open();
    try {
      const { runId } = await world.run(await world.bind());
      const { clock, asleep } = steppingClock(world);
      const reaper = startReaper({ ...world.services, clock });
      change(world);
      (await asleep()).wake();
      let survived = 0;
      for (let sleeper = await asleep(); (await world.runPair(runId)) === 'R/R'; sleeper = await asleep()) {
        survived += 15;
        world.advance(15);
        sleeper.wake();
      }
      // A deadline of 93 seconds; the old one, an hour away by now, where the clock was set back.
      assert.ok(survived >= 90, `${survived} s`);
      assert.equal(await world.runPair(runId), 'E/F');
      await reaper.stop();
    } finally {
      await world.close();
    }
  });
}

test('the reaper mends failed workflows of which every task is done', async () => {
  const world = await World.open();
  try {
    const workflow = await world.bind();
    const { database } = world.services;
    await database.write(async ({ db }) => {
      await db.updateTable('workflow').set({ status: 'F' }).where('id', '=', workflow.workflowId).execute();
      await db.updateTable('task').set({ status: 'D' }).where('workflow_id', '=', workflow.workflowId).execute();
    });
    const { clock, asleep } = steppingClock(world);
    let failures = 1;
    const flaky = new Proxy(database, {
      get(target, name) {
        if (name === 'write' && failures-- > 0) return () => Promise.reject(new Error('no disk today'));
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const status = () =>
      database.read(async ({ db }) => (await db.selectFrom('workflow').select('status').executeTakeFirst())?.status);
    const reaper = startReaper({ ...world.services, clock, database: flaky });
    (await asleep()).wake();
    const second = await asleep();
    assert.equal(await status(), 'F');
    second.wake();
    await asleep();
    assert.equal(await status(), 'D');
    await reaper.stop();
  } finally {
    await world.close();
  }
});

test('a search by hand ends what is overdue, names what has time left, and mends every window of workflows', async () => {
  const world = await World.open();
  try {
    const silent = await world.run(await world.bind());
    const linking = await world.run(await world.bind(), { status: 'L' });
    const failed = await world.bind();
    await world.services.database.write(async ({ db }) => {
      await db.updateTable('workflow').set({ id: 1200, status: 'F' }).where('id', '=', failed.workflowId).execute();
      await db.updateTable('task').set({ workflow_id: 1200, status: 'D' }).where('id', 'in', failed.taskIds).execute();
    });
    world.advance(93);
    const since = world.now - 1000;
    const hearing = new Hearing({ ...world.services.clock, now: () => since, monotonic: () => 0 });
    const late = { ...world.services, hearing };
    const runs = [silent, linking];
    assert.deepEqual(await searchNow(late), {
      runs: [],
      spared: runs.map(({ runId, workflowId }) => ({ workflowRunId: runId, workflowId, until: world.now + 92_000 })),
      repaired: [1200],
    });
    const found = await searchNow(world.services);
    assert.deepEqual(
      found.runs.map(({ workflowRunId, before, after, reason }) => ({ workflowRunId, before, after, reason })),
      [
        { workflowRunId: silent.runId, before: 'R', after: 'E', reason: 'silent' },
        { workflowRunId: linking.runId, before: 'L', after: 'A', reason: 'silent' },
      ],
    );
    assert.equal(await world.runPair(linking.runId), 'A/A');
    assert.deepEqual(await searchNow(world.services), { runs: [], spared: [], repaired: [] });
    const next = await world.run(linking);
    assert.equal(await world.runPair(next.runId), 'R/R', 'a workflow whose run was aborted can be run again');
  } finally {
    await world.close();
  }
});

test('a server that does not lead does not search, and says so when it is asked to', async () => {
  const world = await World.open();
  try {
    const { runId } = await world.run(await world.bind());
    const { clock, asleep } = steppingClock(world);
    const following = { ...world.services, clock, leadership: { lead: async () => undefined } };
    const reaper = startReaper(following);
    world.advance(94);
    (await asleep()).wake();
    await asleep();
    assert.equal(await world.runPair(runId), 'R/R');
    await assert.rejects(searchNow(following), { code: 'transition_refused', message: /Another server/ });
    await reaper.stop();
  } finally {
    await world.close();
  }
});
