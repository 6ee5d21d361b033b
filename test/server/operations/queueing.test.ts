import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSkepError } from '../../../src/core/errors.ts';
import { World } from '../world.ts';

let world: World;
before(async () => {
  world = await World.open();
});
after(() => world.close());

async function running(tasks: number) {
  return world.run(await world.bind({ tasks }));
}

test('instance ids ascend with step ids, which follow the task ids, whatever the order of the request', async () => {
  const workflow = await running(12);
  const ids = await world.queue(workflow, workflow.taskIds.toReversed());
  const rows = await Promise.all(ids.map((id) => world.instance(id)));
  assert.deepEqual(
    rows.map((row) => [row.array_step_id, row.task_id]),
    workflow.taskIds.map((id, step) => [step, id]),
  );
  assert.deepEqual(new Set(rows.map((row) => row.array_batch_num)), new Set([1]));
  const found = await world.call(
    'getArrayTaskInstanceId',
    { array_id: workflow.arrayId, batch_num: 1, step_id: 7 },
    {},
  );
  assert.deepEqual(found, { task_instance_id: ids[7] });
});

test('a repeated or overlapping request queues nothing twice', async () => {
  const workflow = await running(4);
  const request = { task_resources_id: workflow.resourcesId, workflow_run_id: workflow.runId };
  const answers = await Promise.all(
    [
      [0, 1, 2],
      [0, 1, 2],
      [1, 2, 3, 3],
    ].map((tasks) =>
      world.call(
        'queueTaskBatch',
        { array_id: workflow.arrayId },
        { ...request, task_ids: tasks.map((index) => workflow.taskIds[index] ?? 0) },
      ),
    ),
  );
  assert.deepEqual(
    answers.map(({ tasks_by_status }) => tasks_by_status),
    [{ Q: workflow.taskIds.slice(0, 3) }, { Q: workflow.taskIds.slice(0, 3) }, { Q: workflow.taskIds.slice(1) }],
  );
  const instances = await world.services.database.read(({ db }) =>
    db
      .selectFrom('task_instance')
      .select(['task_id', 'array_batch_num', 'array_step_id'])
      .where('workflow_run_id', '=', workflow.runId)
      .execute(),
  );
  assert.deepEqual(
    instances.map(({ task_id }) => task_id).sort((a, b) => a - b),
    workflow.taskIds,
  );
  assert.deepEqual({ ...instances.at(-1) }, { task_id: workflow.taskIds[3], array_batch_num: 2, array_step_id: 0 });
  assert.equal((await world.task(workflow.taskIds[0] ?? 0)).num_attempts, 1);
});

test('more than a thousand tasks become several batches', async () => {
  const workflow = await running(2100);
  const ids = await world.queue(workflow);
  const { task_instance_batches: batches } = await world.call(
    'instantiateTaskInstances',
    {},
    { task_instance_ids: ids },
  );
  assert.deepEqual(
    batches.map(([, , batch, , members]) => [batch, members.length]),
    [
      [1, 1000],
      [2, 1000],
      [3, 100],
    ],
  );
});

test('a run that ended, or was told to stop, queues nothing more', async () => {
  for (const status of ['C', 'H', 'E', 'S'] as const) {
    const workflow = await running(1);
    await world.moveRun(workflow.runId, status);
    assert.deepEqual(await world.queue(workflow), [], status);
    assert.equal((await world.task(workflow.taskIds[0] ?? 0)).status, 'G');
  }
});

test('an unknown array or run is named, and nothing is queued', async () => {
  const workflow = await running(1);
  const request = { task_ids: [...workflow.taskIds], task_resources_id: 1 };
  await assert.rejects(
    world.call('queueTaskBatch', { array_id: 777 }, { ...request, workflow_run_id: workflow.runId }),
    (error) => isSkepError(error, 'not_found') && /Array 777/.test(error.message),
  );
  await assert.rejects(
    world.call('queueTaskBatch', { array_id: workflow.arrayId }, { ...request, workflow_run_id: 888 }),
    (error) => isSkepError(error, 'not_found') && /run 888/.test(error.message),
  );
  assert.equal((await world.task(workflow.taskIds[0] ?? 0)).status, 'G');
  assert.deepEqual(
    await world.call(
      'queueTaskBatch',
      { array_id: workflow.arrayId },
      { ...request, task_ids: [], workflow_run_id: workflow.runId },
    ),
    { tasks_by_status: {} },
  );
});
