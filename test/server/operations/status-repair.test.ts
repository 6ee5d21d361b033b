import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TaskStatus, WorkflowStatus } from '../../../src/core/status.ts';
import { repairWorkflows } from '../../../src/server/operations/status-repair.ts';
import { World } from '../world.ts';

let world: World;
before(async () => {
  world = await World.open();
});
after(() => world.close());

/** A workflow of two tasks; none if no status is given for them. */
async function add(status: WorkflowStatus, tasks: readonly TaskStatus[]): Promise<number> {
  const { workflowId, taskIds } = await world.bind({ tasks: tasks.length });
  await world.services.database.write(async ({ db }) => {
    await db.updateTable('workflow').set({ status }).where('id', '=', workflowId).execute();
    for (const [index, task] of tasks.entries()) {
      const id = taskIds[index] as number;
      await db.updateTable('task').set({ status: task }).where('id', '=', id).execute();
    }
  });
  return workflowId;
}

const repair = (start: number, size: number) =>
  world.services.database.write((unit) => repairWorkflows(unit, { after: start, size }));

const workflow = (id: number) =>
  world.services.database.read(({ db }) =>
    db.selectFrom('workflow').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
  );

test('only failed workflows with tasks that are all done are mended, once, and who watches them is told', async () => {
  const done = await add('F', ['D', 'D']);
  for (const [status, tasks] of [
    ['F', []],
    ['F', ['D', 'F']],
    ['F', ['G', 'D']],
    ['F', ['D', 'A']],
    ['R', ['D', 'D']],
    ['H', ['D', 'D']],
    ['D', ['D', 'D']],
  ] as const) {
    await add(status, tasks);
  }
  const last = await add('F', ['D', 'D']);
  const told = new Set<string>();
  const stop = world.services.database.onCommit((topics) => topics.forEach((topic) => void told.add(topic)));
  world.advance(5);
  assert.deepEqual(await repair(0, 100), { repaired: [done, last], next: 0 });
  stop();
  assert.deepEqual([...told].sort(), ['notification', `workflow:${done}`, `workflow:${last}`]);
  const { status, status_date, revision } = await workflow(done);
  assert.deepEqual([status, status_date], ['D', world.now]);
  assert.ok(revision > 0);
  assert.deepEqual(await repair(0, 100), { repaired: [], next: 0 });
  assert.equal((await workflow(done)).revision, revision);
});

test('windows lead to the largest id, whatever gaps there are', async () => {
  const last = await add('F', ['D']);
  await world.services.database.write(async ({ db }) => {
    await db.updateTable('workflow').set({ id: 1000 }).where('id', '=', last).execute();
    await db.updateTable('task').set({ workflow_id: 1000 }).where('workflow_id', '=', last).execute();
  });
  assert.deepEqual(await repair(0, 500), { repaired: [], next: 500 });
  assert.deepEqual(await repair(500, 499), { repaired: [], next: 999 });
  assert.deepEqual(await repair(500, 500), { repaired: [1000], next: 1000 });
  assert.deepEqual(await repair(1000, 500), { repaired: [], next: 0 });
  assert.deepEqual(await repair(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER), { repaired: [], next: 0 });
});
