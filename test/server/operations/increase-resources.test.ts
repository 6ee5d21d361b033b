import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { World } from '../world.ts';

let world: World;
before(async () => {
  world = await World.open();
});
after(() => world.close());

test('resources grow once for each task that ran out of them, however often it is asked', async () => {
  const scales = "{'memory': 0.5, 'cores': 0.5, 'runtime': 0.5}";
  const workflow = await world.run(await world.bind({ tasks: 3, maxAttempts: 1, scales }));
  const ids = await world.attempt(workflow, 'R');
  await world.end(ids.slice(0, 2), 'Z');
  await world.end(ids.slice(2), 'E');
  const increase = () => world.call('increaseResources', { workflow_id: workflow.workflowId }, {});
  const expected = { updated_task_count: 2, updated_task_ids: workflow.taskIds.slice(0, 2) };
  assert.deepEqual(await increase(), expected);
  assert.deepEqual(await increase(), expected);
  const rows = await Promise.all(workflow.taskIds.map(async (id) => (await world.task(id)).task_resources_id));
  assert.equal(rows[0], rows[1]);
  assert.equal(rows[2], workflow.resourcesId);
  const resources = await world.services.database.read(({ db }) =>
    db
      .selectFrom('task_resources')
      .selectAll()
      .where('id', '=', rows[0] ?? 0)
      .executeTakeFirstOrThrow(),
  );
  assert.equal(resources.task_resources_type_id, 'A');
  // The queue multiprocess/null.q offers 20 cores at most; there was no run time to scale.
  assert.deepEqual(JSON.parse(resources.requested_resources), { memory: 6, cores: 20 });
  assert.equal((await world.task(workflow.taskIds[0] ?? 0)).status, 'F');
});

test('a list scales by attempt; what is no number, and what no scale names, stays', async () => {
  for (const [scales, memory] of [
    ["{'memory': [10, 20, 30]}", 20],
    ["{'memory': [10]}", 10],
    ["{'memory': 'a_function', 'cores': []}", undefined],
    ['None', undefined],
  ] as const) {
    const workflow = await world.run(await world.bind({ maxAttempts: 2, scales }));
    for (let attempt = 0; attempt < 2; attempt++) await world.end(await world.attempt(workflow, 'R'), 'Z');
    const { updated_task_count } = await world.call('increaseResources', { workflow_id: workflow.workflowId }, {});
    assert.equal(updated_task_count, memory === undefined ? 0 : 1, scales);
    const { task_resources_id } = await world.task(workflow.taskIds[0] ?? 0);
    const { requested_resources } = await world.services.database.read(({ db }) =>
      db
        .selectFrom('task_resources')
        .select('requested_resources')
        .where('id', '=', task_resources_id ?? 0)
        .executeTakeFirstOrThrow(),
    );
    assert.equal(JSON.parse(requested_resources).memory, memory ?? 4, scales);
  }
});
