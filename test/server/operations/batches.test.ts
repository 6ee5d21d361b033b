import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { World } from '../world.ts';

let world: World;
before(async () => {
  world = await World.open();
});
after(() => world.close());

async function running(tasks: number) {
  return world.run(await world.bind({ tasks }));
}

test('instances that were ended are not revived by a late instantiation', async () => {
  const workflow = await running(2);
  const ids = await world.queue(workflow);
  await world.moveRun(workflow.runId, 'C');
  await world.call('terminateTaskInstances', { workflow_run_id: workflow.runId }, {});
  const answer = await world.call('instantiateTaskInstances', {}, { task_instance_ids: ids });
  assert.deepEqual(answer, { task_instance_batches: [] });
  assert.equal(await world.pair(ids[0] ?? 0), 'F/F');
});

test('an old queued instance does not take the task of the newer one', async () => {
  const workflow = await running(1);
  const [old = 0] = await world.queue(workflow);
  await world.force(old, { task: 'G' });
  const [fresh = 0] = await world.queue(workflow);
  await world.call('instantiateTaskInstances', {}, { task_instance_ids: [old] });
  assert.deepEqual([(await world.instance(old)).status, await world.pair(fresh)], ['Q', 'Q/Q']);
});

test('a late launch report moves the task of its own instance only', async () => {
  const workflow = await running(1);
  const [old = 0] = await world.attempt(workflow, 'I');
  await world.force(old, { task: 'G' });
  const [fresh = 0] = await world.attempt(workflow, 'I');
  const launched = { batch_number: 1, next_report_increment: 1 };
  await world.call('transitionToLaunched', { array_id: workflow.arrayId }, launched);
  assert.deepEqual([(await world.instance(old)).status, await world.pair(fresh)], ['O', 'I/I']);
});

test('launching and killing an unknown batch, twice, is no error', async () => {
  const workflow = await running(1);
  for (let repeat = 0; repeat < 2; repeat++) {
    const path = { array_id: workflow.arrayId };
    assert.deepEqual(
      await world.call('transitionToLaunched', path, { batch_number: '9', next_report_increment: 1 }),
      {},
    );
    assert.deepEqual(await world.call('transitionToKilled', path, { batch_number: 9 }), {});
  }
});

test('distributor ids: those of the array alone, odd keys passed over, an empty map accepted', async () => {
  const workflow = await running(2);
  const [a = 0, b = 0] = await world.attempt(workflow, 'I');
  const other = await running(1);
  const [foreign = 0] = await world.attempt(other, 'I');
  const path = { array_id: workflow.arrayId };
  const map = { [a]: '7_0', [b]: 8, [foreign]: '9', server_structlog_context: 'x' };
  assert.deepEqual(await world.call('logDistributorIds', path, map), { success: true });
  assert.deepEqual(await world.call('logDistributorIds', path, {}), { success: true });
  const stored = await Promise.all([a, b, foreign].map(async (id) => (await world.instance(id)).distributor_id));
  assert.deepEqual(stored, ['7_0', '8', null]);
});

test('A5: an array submission that failed leaves every instance in W', async () => {
  const workflow = await running(3);
  const ids = await world.attempt(workflow, 'I');
  for (const id of ids) await world.call('logNoDistributorId', { task_instance_id: id }, { no_id_err_msg: 'down' });
  for (const id of ids) assert.equal(await world.pair(id), 'W/G');
});

test('A7: of twenty tasks with a limit of ten, ten are queued and ten instantiated', async () => {
  const workflow = await running(20);
  const ids = await world.queue(workflow, workflow.taskIds.slice(0, 10));
  const sync = { task_instance_ids: [], status: 'Q' };
  const found = await world.call('syncStatus', { workflow_run_id: workflow.runId }, sync);
  assert.deepEqual(found.status_updates, { Q: ids });
  await world.call('instantiateTaskInstances', {}, { task_instance_ids: ids });
  const instantiated = await world.call('syncStatus', { workflow_run_id: workflow.runId }, { ...sync, status: 'I' });
  assert.deepEqual(instantiated.status_updates, { I: ids });
});

test('sync_status names what left the status and what entered it unlisted, of this run alone', async () => {
  const workflow = await running(3);
  const [a = 0, b = 0, c = 0] = await world.attempt(workflow, 'O');
  const other = await running(1);
  const [foreign = 0] = await world.attempt(other, 'O');
  await world.start([a]);
  const answer = await world.call(
    'syncStatus',
    { workflow_run_id: workflow.runId },
    { task_instance_ids: [a, String(b), foreign], status: 'O' },
  );
  assert.deepEqual(answer, { status_updates: { R: [a], O: [c] }, time: '2026-11-23 12:00:00' });
});

test('A11: instances that were ordered to die end in F with their batch, and their tasks with them', async () => {
  const workflow = await running(3);
  const [a = 0, b = 0, c = 0] = await world.attempt(workflow, 'R');
  await world.force(a, { instance: 'K' });
  await world.force(b, { instance: 'K', task: 'G' });
  for (let repeat = 0; repeat < 2; repeat++) {
    await world.call('transitionToKilled', { array_id: workflow.arrayId }, { batch_number: 1 });
    assert.deepEqual([await world.pair(a), await world.pair(b), await world.pair(c)], ['F/F', 'F/G', 'R/R']);
  }
});
