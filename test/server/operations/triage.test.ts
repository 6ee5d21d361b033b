import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { World } from '../world.ts';

let world: World;
before(async () => {
  world = await World.open();
});
after(() => world.close());

const triage = (runId: number) => world.call('setStatusForTriaging', { workflow_run_id: runId }, {});

/** One running instance that has been silent past its deadline and is in triage. */
async function triaging() {
  const workflow = await world.run(await world.bind());
  const [id = 0] = await world.attempt(workflow, 'R');
  world.advance(280);
  await triage(workflow.runId);
  assert.equal(await world.pair(id), 'T/R');
  return id;
}

const known = (id: number, error_state: string, error_message = 'plug-in says so') =>
  world.call('logKnownError', { task_instance_id: id }, { error_state, error_message, distributor_id: 12 });
const unknown = (id: number) =>
  world.call('logUnknownError', { task_instance_id: id }, { error_state: 'U', error_message: 'nobody knows' });

test('A8: the distributor keeps launched instances fresh, and only those', async () => {
  const workflow = await world.run(await world.bind({ tasks: 2 }));
  const [launched = 0, running = 0] = await world.attempt(workflow, 'O');
  await world.start([running]);
  const before = (await world.instance(running)).report_by_date;
  world.advance(10);
  const beat = { task_instance_ids: [launched, running], next_report_increment: 0.5 };
  assert.deepEqual(await world.call('logReportByBatch', {}, beat), {});
  assert.deepEqual(await world.call('logReportByBatch', {}, { next_report_increment: 1 }), {});
  const { report_by_date, status_date } = await world.instance(launched);
  assert.equal(report_by_date, world.now + 500);
  assert.ok((report_by_date ?? 0) > status_date);
  assert.equal((await world.instance(running)).report_by_date, before);
});

test('A9: overdue instances go to X and T, the launched ones after a second period of patience', async () => {
  const workflow = await world.run(await world.bind({ tasks: 3 }));
  const [a = 0, b = 0, r = 0] = await world.attempt(workflow, 'O');
  await world.start([r]);
  const statuses = () => Promise.all([a, b, r].map((id) => world.pair(id)));
  world.advance(278);
  await triage(workflow.runId);
  assert.deepEqual(await statuses(), ['O/O', 'O/O', 'R/R']);
  world.advance(1);
  await triage(workflow.runId);
  assert.deepEqual(await statuses(), ['O/O', 'O/O', 'T/R']);
  world.advance(279);
  await triage(workflow.runId);
  await triage(workflow.runId);
  assert.deepEqual(await statuses(), ['X/O', 'X/O', 'T/R']);
});

test('an hour in which nobody could report counts against no launched instance', async () => {
  const workflow = await world.run(await world.bind({ tasks: 2 }));
  const [launched = 0, running = 0] = await world.attempt(workflow, 'O');
  await world.start([running]);
  world.setClock(3600);
  await triage(workflow.runId);
  assert.deepEqual([await world.pair(launched), await world.pair(running)], ['O/O', 'T/R']);
  world.advance(557);
  await triage(workflow.runId);
  assert.equal(await world.pair(launched), 'O/O');
  world.advance(2);
  await triage(workflow.runId);
  assert.equal(await world.pair(launched), 'X/O');
});

test('A10: what the plug-in found becomes the status, with its message as the first entry, once', async () => {
  for (const [letter, task] of [
    ['Z', 'A'],
    ['U', 'G'],
    ['F', 'F'],
  ] as const) {
    const id = await triaging();
    assert.equal((await known(id, letter)).message, '');
    assert.match((await known(id, letter)).message, /already/);
    assert.equal(await world.pair(id), `${letter}/${task}`);
    assert.deepEqual(await world.errors(id), ['plug-in says so']);
    assert.equal((await world.instance(id)).distributor_id, '12');
  }
});

test('every sign of life ends a triage', async () => {
  const heartbeat = await triaging();
  const answer = await world.call('logReportBy', { task_instance_id: heartbeat }, { next_report_increment: 279 });
  assert.deepEqual([answer.status, await world.pair(heartbeat)], ['R', 'R/R']);
  const started = await triaging();
  await world.start([started]);
  assert.equal(await world.pair(started), 'R/R');
  const done = await triaging();
  assert.deepEqual(await world.call('logDone', { task_instance_id: done }, {}), { status: 'D' });
  assert.equal(await world.pair(done), 'D/D');
  const failed = await triaging();
  await world.end([failed], 'E');
  assert.equal(await world.pair(failed), 'E/G');
});

test('the cluster says that it still runs: back to R with time for a heartbeat, and no error', async () => {
  const id = await triaging();
  assert.equal((await known(id, 'R')).message, '');
  assert.equal(await world.pair(id), 'R/R');
  assert.equal((await world.instance(id)).report_by_date, world.now + 279_000);
  assert.deepEqual(await world.errors(id), []);
});

test('an unknown error counts only while the instance is still silent', async () => {
  const id = await triaging();
  await world.call('logReportBy', { task_instance_id: id }, { next_report_increment: 279 });
  assert.notEqual((await unknown(id)).message, '');
  assert.equal(await world.pair(id), 'R/R');
  const silent = await triaging();
  assert.equal((await unknown(silent)).message, '');
  assert.equal(await world.pair(silent), 'U/G');
  assert.deepEqual(await world.errors(silent), ['nobody knows']);
});

test('A24: an instance without heartbeat whose task is done already ends in F, and the task stays done', async () => {
  const workflow = await world.run(await world.bind());
  const [id = 0] = await world.attempt(workflow, 'O');
  await world.force(id, { instance: 'X', task: 'D' });
  assert.equal((await known(id, 'E')).message, '');
  assert.equal(await world.pair(id), 'F/D');
});

test('letters that a report may not set are refused with a message', async () => {
  const id = await triaging();
  for (const letter of ['K', 'X', 'Q', '?']) assert.notEqual((await known(id, letter)).message, '', letter);
  assert.equal(await world.pair(id), 'T/R');
  assert.deepEqual(await world.errors(id), []);
});

test('what an ended run left running and silent fails, so that the next run tries the task again', async () => {
  const first = await world.run(await world.bind({ tasks: 2 }));
  const [silent = 0, talking = 0] = await world.attempt(first, 'R');
  await world.moveRun(first.runId, 'H');
  await world.moveRun(first.runId, 'T');
  const second = await world.run(first);
  world.advance(279 + 558);
  await world.call('logReportBy', { task_instance_id: talking }, { next_report_increment: 279 });
  await triage(second.runId);
  assert.deepEqual([await world.pair(silent), await world.pair(talking)], ['U/G', 'R/R']);
});
