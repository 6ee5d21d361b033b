import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSkepError } from '../../../src/core/errors.ts';
import {
  allows,
  WORKFLOW_RUN_STATUSES,
  WORKFLOW_RUN_TRANSITIONS,
  type WorkflowRunStatus,
} from '../../../src/core/status.ts';
import { World } from '../world.ts';

let world: World;
before(async () => {
  world = await World.open();
});
after(() => world.close());

function heartbeat(runId: number, status: string, next_report_increment = 93) {
  return world.call('logWorkflowRunHeartbeat', { workflow_run_id: runId }, { status, next_report_increment });
}

async function deadline(runId: number): Promise<number> {
  const { heartbeat_date } = await world.services.database.read(({ db }) =>
    db.selectFrom('workflow_run').select('heartbeat_date').where('id', '=', runId).executeTakeFirstOrThrow(),
  );
  return (heartbeat_date - world.now) / 1000;
}

test('a run takes its workflow along from link to done', async () => {
  const workflow = await world.bind();
  const { workflow_run_id: id } = await world.link(workflow.workflowId);
  assert.ok(id);
  assert.equal(await world.runPair(id), 'L/G');
  for (const [status, pair] of [
    ['B', 'B/Q'],
    ['I', 'I/I'],
    ['O', 'O/O'],
    ['R', 'R/R'],
    ['D', 'D/D'],
  ] as const) {
    for (let repeat = 0; repeat < 2; repeat++) assert.equal(await world.moveRun(id, status), status);
    assert.equal(await world.runPair(id), pair);
  }
});

test('every pair of run statuses over the wire follows the table', async () => {
  const letters = Object.keys(WORKFLOW_RUN_STATUSES) as WorkflowRunStatus[];
  for (const from of ['L', 'B', 'I', 'O', 'R', 'C', 'H'] as const) {
    for (const to of letters) {
      const workflow = await world.run(await world.bind(), { status: from === 'C' || from === 'H' ? 'R' : from });
      if (from === 'C' || from === 'H') await world.moveRun(workflow.runId, from);
      const expected = allows(WORKFLOW_RUN_TRANSITIONS, from, to) ? to : from;
      assert.equal(await world.moveRun(workflow.runId, to), expected, `${from}→${to}`);
    }
  }
});

test('a second run is refused while one is alive, and leaves no row', async () => {
  const { runId, workflowId } = await world.run(await world.bind());
  for (const status of ['R', 'C'] as const) {
    await world.moveRun(runId, status);
    const refused = await world.link(workflowId);
    assert.equal(refused.workflow_run_id, null);
    assert.match(refused.err_msg ?? '', new RegExp(`workflow run ${runId}`));
  }
  const { rows } = await world.services.database.read(async ({ db }) => ({
    rows: await db.selectFrom('workflow_run').select('id').where('workflow_id', '=', workflowId).execute(),
  }));
  assert.equal(rows.length, 1);
});

test('of many runs that link at the same moment, exactly one gets the workflow', async () => {
  const { workflowId } = await world.bind();
  const answers = await Promise.all(Array.from({ length: 8 }, () => world.link(workflowId)));
  assert.equal(answers.filter(({ workflow_run_id }) => workflow_run_id !== null).length, 1);
});

test('what a run has left that came and went after the next one had reset the tasks is taken up, but for what runs', async () => {
  const workflow = await world.run(await world.bind({ tasks: 7, maxAttempts: 1 }));
  const attempts: number[] = [];
  for (const [place, status] of (['Q', 'I', 'O', 'R', 'R', 'R'] as const).entries()) {
    attempts.push(...(await world.attempt(workflow, status, workflow.taskIds.slice(place, place + 1))));
  }
  await world.end(attempts.slice(4, 5), 'D');
  await world.end(attempts.slice(5, 6), 'E');
  await world.moveRun(workflow.runId, 'E');
  await world.link(workflow.workflowId);
  const statuses = await Promise.all(workflow.taskIds.map(async (id) => (await world.task(id)).status));
  assert.deepEqual(statuses, ['G', 'G', 'G', 'R', 'D', 'G', 'G']);
  const tries = await Promise.all(workflow.taskIds.map(async (id) => (await world.task(id)).num_attempts));
  assert.deepEqual(tries, [0, 0, 0, 1, 1, 0, 0]);
  const ends = await Promise.all(attempts.map(async (id) => (await world.instance(id)).status));
  assert.deepEqual(ends, ['F', 'F', 'K', 'R', 'D', 'E']);
});

test('a lost answer: the same client process gets its run again, until it has reported', async () => {
  const { workflowId } = await world.bind();
  const first = await world.link(workflowId, 'host/1@2');
  assert.deepEqual(await world.link(workflowId, 'host/1@2'), first);
  assert.equal((await world.link(workflowId, 'host/2@2')).workflow_run_id, null);
  assert.equal((await world.link(workflowId)).workflow_run_id, null);
  world.advance(1);
  await heartbeat(first.workflow_run_id ?? 0, 'L');
  assert.equal((await world.link(workflowId, 'host/1@2')).workflow_run_id, null);
});

test('a workflow that is unknown, unbound or done is not linked, and says so', async () => {
  assert.match((await world.link(999_999)).err_msg ?? '', /Workflow 999999 does not exist/);
  const unbound = await world.bind();
  await world.services.database.write(({ db }) =>
    db.updateTable('workflow').set({ created_date: null }).where('id', '=', unbound.workflowId).execute(),
  );
  assert.match((await world.link(unbound.workflowId)).err_msg ?? '', /not completely bound/);
  const done = await world.run(await world.bind());
  await world.moveRun(done.runId, 'D');
  assert.match((await world.link(done.workflowId)).err_msg ?? '', /DONE/);
});

test('a workflow whose run ended while its distributor started can be run again', async () => {
  for (const status of ['B', 'I', 'O'] as const) {
    const workflow = await world.run(await world.bind(), { status });
    await world.moveRun(workflow.runId, 'E');
    assert.equal(await world.runPair(workflow.runId), 'E/F');
    assert.notEqual((await world.link(workflow.workflowId)).workflow_run_id, null);
  }
});

test('deadlines: granted by moves into B, I, O, R and by heartbeats, never in C or H', async () => {
  const workflow = await world.bind();
  const id = (await world.link(workflow.workflowId)).workflow_run_id ?? 0;
  assert.equal(await deadline(id), 93);
  world.advance(50);
  assert.deepEqual(await heartbeat(id, 'L', 60), { status: 'L' });
  assert.equal(await deadline(id), 60);
  for (const status of ['B', 'I', 'O', 'R'] as const) {
    world.advance(50);
    await world.moveRun(id, status);
    assert.equal(await deadline(id), 60, status);
    world.advance(50);
    assert.deepEqual(await heartbeat(id, 'B', 60), { status });
    assert.equal(await deadline(id), 60, `a heartbeat with an outdated status in ${status}`);
  }
  await world.moveRun(id, 'C');
  world.advance(30);
  assert.deepEqual(await heartbeat(id, 'R'), { status: 'C' });
  assert.equal(await deadline(id), 30);
});

test('a heartbeat is also a wish for a status', async () => {
  const workflow = await world.bind();
  const id = (await world.link(workflow.workflowId)).workflow_run_id ?? 0;
  assert.deepEqual(await heartbeat(id, 'B'), { status: 'B' });
  assert.equal(await world.runPair(id), 'B/Q');
  assert.deepEqual(await heartbeat(id, 'nonsense'), { status: 'B' });
});

test('run and workflow change together or not at all', async () => {
  const { runId, workflowId } = await world.run(await world.bind(), { status: 'B' });
  await world.services.database.write(({ db }) =>
    db.updateTable('workflow').set({ status: 'F' }).where('id', '=', workflowId).execute(),
  );
  assert.equal(await world.moveRun(runId, 'I'), 'B');
  assert.equal(await world.runPair(runId), 'B/F');
  assert.equal(await world.moveRun(runId, 'E'), 'E');
  assert.equal(await world.runPair(runId), 'E/F');
});

test('a run that was told to stop and finds every task done ends in D', async () => {
  for (const signal of ['C', 'H'] as const) {
    const { runId } = await world.run(await world.bind());
    await world.moveRun(runId, signal);
    assert.equal(await world.moveRun(runId, 'D'), 'D');
    assert.equal(await world.runPair(runId), 'D/D');
  }
});

test('an unknown run is named', async () => {
  await assert.rejects(
    world.moveRun(777_777, 'R'),
    (error) => isSkepError(error, 'not_found') && /777777/.test(error.message),
  );
});
