import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { after, before, test } from 'node:test';
import { systemProcesses } from '../../../src/core/process.ts';
import { lostRuns, reapRun, reapRuns } from '../../../src/server/operations/reap.ts';
import { World } from '../world.ts';

/** A machine on which every client is dead. */
const processes = { ...systemProcesses, identify: () => undefined };

let world: World;
before(async () => {
  world = await World.open({ processes });
});
after(() => world.close());

/** Reaps as a server that has been listening for long. */
async function reap(listeningSince = 0) {
  const { runs } = await reapRuns(world.services.database, { processes, listeningSince });
  return runs.map(({ before, after, reason, killSelfRemaining }) => ({ before, after, reason, killSelfRemaining }));
}

test('silent runs end by their status, with their workflow; those in time stay', async () => {
  for (const [status, end, pair] of [
    ['L', 'A', 'A/A'],
    ['B', 'E', 'E/F'],
    ['I', 'E', 'E/F'],
    ['O', 'E', 'E/F'],
    ['R', 'E', 'E/F'],
  ] as const) {
    const workflow = await world.run(await world.bind(), { status });
    world.advance(92);
    assert.deepEqual(await reap(), []);
    world.advance(1);
    assert.deepEqual(await reap(), [{ before: status, after: end, reason: 'silent', killSelfRemaining: 0 }]);
    assert.equal(await world.runPair(workflow.runId), pair);
    assert.deepEqual(await reap(), []);
  }
});

test('a run that failed leaves its instances to the resume', async () => {
  const workflow = await world.run(await world.bind());
  const [id = 0] = await world.attempt(workflow, 'R');
  world.advance(93);
  await reap();
  assert.equal(await world.pair(id), 'R/R');
});

test('a run that was told to stop waits for instances that have to die, as long as those give signs of life', async () => {
  const workflow = await world.run(await world.bind({ tasks: 4 }));
  const [queued, launched, running, lost] = workflow.taskIds.map((id) => [id]);
  const [q = 0] = await world.attempt(workflow, 'Q', queued);
  const [o = 0] = await world.attempt(workflow, 'O', launched);
  const [r = 0] = await world.attempt(workflow, 'R', running);
  const [x = 0] = await world.attempt(workflow, 'O', lost);
  await world.force(x, { instance: 'X' });
  await world.moveRun(workflow.runId, 'C');
  world.advance(93);
  const waiting = { before: 'C', after: 'C', reason: 'silent' };
  assert.deepEqual(await reap(), [{ ...waiting, killSelfRemaining: 2 }]);
  assert.deepEqual(await Promise.all([q, o, r, x].map((id) => world.pair(id))), ['F/F', 'K/O', 'K/R', 'F/F']);
  assert.equal(await world.runPair(workflow.runId), 'C/R');
  await world.end([r], 'F');
  assert.deepEqual(await reap(), [{ ...waiting, killSelfRemaining: 1 }]);
  world.advance(279);
  assert.deepEqual(await reap(), [{ before: 'C', after: 'T', reason: 'silent', killSelfRemaining: 0 }]);
  assert.deepEqual([await world.pair(o), await world.runPair(workflow.runId)], ['F/F', 'T/H']);
});

test('a hot stop spares what runs', async () => {
  const workflow = await world.run(await world.bind());
  const [id = 0] = await world.attempt(workflow, 'R');
  await world.moveRun(workflow.runId, 'H');
  world.advance(93);
  await reap();
  assert.deepEqual([await world.pair(id), await world.runPair(workflow.runId)], ['R/R', 'T/H']);
});

test('a client that is dead on this machine ends its run at once, whatever has to die yet', async () => {
  const client = `${hostname()}/4000@77`;
  const failed = await world.run(await world.bind(), { client });
  const stopped = await world.run(await world.bind(), { client });
  const [id = 0] = await world.attempt(stopped, 'R');
  await world.moveRun(stopped.runId, 'C');
  assert.deepEqual(await reap(), [
    { before: 'R', after: 'E', reason: 'client_gone', killSelfRemaining: 0 },
    { before: 'C', after: 'T', reason: 'client_gone', killSelfRemaining: 0 },
  ]);
  assert.deepEqual([await world.runPair(failed.runId), await world.pair(id)], ['E/F', 'K/R']);
});

test('after an outage of the server every run gets a whole interval to report', async () => {
  const workflow = await world.run(await world.bind());
  world.advance(3600);
  const started = world.now;
  world.advance(92);
  assert.deepEqual(await reap(started), []);
  await world.call(
    'logWorkflowRunHeartbeat',
    { workflow_run_id: workflow.runId },
    { status: 'R', next_report_increment: 93 },
  );
  world.advance(92);
  assert.deepEqual(await reap(started), []);
  world.advance(1);
  assert.equal((await reap(started)).length, 1);
});

test('an error entry is written once, however often a waiting run is visited', async () => {
  const workflow = await world.run(await world.bind());
  const [id = 0] = await world.attempt(workflow, 'R');
  await world.moveRun(workflow.runId, 'C');
  world.advance(93);
  await reap();
  await reap();
  assert.equal((await world.errors(id)).length, 1);
  await world.end([id], 'F');
  await reap();
});

test('a reaper elsewhere finds and ends the same runs at the same moment, but those alone that its peers know', async () => {
  const running = await world.run(await world.bind());
  const bound = await world.run(await world.bind(), { status: 'B' });
  const { database } = world.services;
  const lost = async () => {
    const runs = await database.read((unit) => lostRuns(unit, ['R', 'B', '?']));
    return runs.map(({ id }) => id).filter((id) => id === running.runId || id === bound.runId);
  };
  const end = (runId: number) => database.write((unit) => reapRun(unit, runId));
  world.advance(92.999);
  assert.deepEqual([await lost(), await end(running.runId)], [[], undefined]);
  world.advance(0.001);
  assert.deepEqual(await lost(), [running.runId, bound.runId]);
  assert.deepEqual(await end(bound.runId), { after: 'B', killSelfRemaining: 0 });
  assert.equal((await end(running.runId))?.after, 'E');
  assert.deepEqual(await end(running.runId), { after: 'E', killSelfRemaining: 0 });
  assert.deepEqual(await reap(), [{ before: 'B', after: 'E', reason: 'silent', killSelfRemaining: 0 }]);
});
