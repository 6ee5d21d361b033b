/** Changes of so many tasks that they are carried out in parts. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '../../../../src/server/db/database.ts';
import { changeTasks } from '../../../../src/server/operations/changing/change-tasks.ts';
import type { ChangeRequest } from '../../../../src/server/operations/changing/plan.ts';
import { findChange } from '../../../../src/server/operations/changing/record.ts';
import { World } from '../../world.ts';

let world: World;
before(async () => {
  world = await World.open();
});
after(() => world.close());

const TASKS = 5000;

/**
 * A done workflow whose task i has the tasks 2i + 1 and 2i + 2 behind it; ids have nothing to do with that order.
 * `tasks[i]` is the id of task i.
 */
async function tree(): Promise<{ workflowId: number; runId: number; tasks: number[] }> {
  const { workflowId, runId, arrayId, resourcesId } = await world.run(await world.bind({ tasks: 0 }));
  await world.moveRun(runId, 'D');
  // 1999 and 5000 have no common divisor: the places are those from 0 to 4999, each once.
  const places = Array.from({ length: TASKS }, (_, index) => (index * 1999) % TASKS);
  const behind = (place: number) => [2 * place + 1, 2 * place + 2].filter((other) => other < TASKS);
  const nodeOf = (place: number) => workflowId * TASKS + place;
  const ids = await world.services.database.write(async ({ db, now }) => {
    await db.updateTable('workflow').set({ dag_id: workflowId }).where('id', '=', workflowId).execute();
    for (let start = 0; start < TASKS; start += 500) {
      const part = places.slice(start, start + 500);
      await db
        .insertInto('edge')
        .values(
          part.map((place) => ({
            dag_id: workflowId,
            node_id: nodeOf(place),
            upstream_node_ids: null,
            downstream_node_ids: JSON.stringify(behind(place).map(nodeOf)),
          })),
        )
        .execute();
      await db
        .insertInto('task')
        .values(
          part.map((place) => ({
            ...{ workflow_id: workflowId, node_id: nodeOf(place), task_args_hash: '1', array_id: arrayId },
            ...{ name: `task_${place}`, command: 'true', task_resources_id: resourcesId, max_attempts: 3 },
            ...{ status: 'D' as const, num_attempts: 1, status_date: now },
          })),
        )
        .execute();
    }
    return db.selectFrom('task').select(['id', 'node_id']).where('workflow_id', '=', workflowId).execute();
  });
  const byNode = new Map(ids.map(({ id, node_id }) => [node_id, id]));
  return { workflowId, runId, tasks: Array.from({ length: TASKS }, (_, place) => byNode.get(nodeOf(place)) ?? 0) };
}

function resetFrom(workflowId: number, taskIds: readonly number[], others: Partial<ChangeRequest> = {}): ChangeRequest {
  const filter = { workflowId, labels: [], arrayIds: [], taskIds, text: undefined };
  return { workflowId, action: 'reset', recursive: true, resources: undefined, user: 'bee', filter, ...others };
}

/** The database of a server that is gone after so many transactions. */
function lostAfter(writes: number): Database {
  const { database } = world.services;
  let left = writes;
  return Object.assign(Object.create(database) as Database, {
    read: database.read.bind(database),
    readHeavy: database.readHeavy.bind(database),
    write: (work: Parameters<Database['write']>[0]) =>
      left-- > 0 ? database.write(work) : Promise.reject(new Error('the server is gone')),
  });
}

async function statuses(workflowId: number): Promise<Map<number, string>> {
  const rows = await world.services.database.read(({ db }) =>
    db.selectFrom('task').select(['id', 'status']).where('workflow_id', '=', workflowId).execute(),
  );
  return new Map(rows.map(({ id, status }) => [id, status]));
}

const countOf = (all: ReadonlyMap<number, string>, letter: string) =>
  [...all.values()].filter((status) => status === letter).length;

const confirmation = (key: string) => ({ key, origin: undefined, expected: undefined });

test('a reset that is cut off leaves nothing done behind what is to run again, and goes on when it is repeated', async () => {
  const { workflowId, tasks } = await tree();
  const request = resetFrom(workflowId, [tasks[0] ?? 0]);
  const { clock, database } = world.services;
  await assert.rejects(changeTasks({ database: lostAfter(1), clock }, request, confirmation('cut off')), /is gone/);
  const halfway = await statuses(workflowId);
  assert.equal(countOf(halfway, 'G'), 1000);
  for (const [place, id] of tasks.entries()) {
    if (halfway.get(id) !== 'G') continue;
    for (const other of [2 * place + 1, 2 * place + 2].filter((behind) => behind < TASKS)) {
      assert.equal(halfway.get(tasks[other] ?? 0), 'G', `task ${other} is done behind task ${place}`);
    }
  }
  // Nobody may have the workflow while the server may still be at work on it.
  const other = changeTasks({ database, clock }, request, confirmation('somebody else'));
  await assert.rejects(other, { code: 'change_under_way' });
  assert.match((await world.link(workflowId)).err_msg ?? '', /Tasks of workflow \d+ are just being changed/);
  world.advance(16);
  const outcome = await changeTasks({ database, clock }, request, confirmation('cut off'));
  assert.equal(outcome.tasks, TASKS);
  assert.equal(countOf(await statuses(workflowId), 'G'), TASKS);
  const record = await database.read((unit) => findChange(unit, 'cut off'));
  assert.deepEqual([record?.changed, record?.isBusy], [TASKS, false]);
});

test('somebody else may finish what was cut off; a workflow whose run began is left alone', async () => {
  const { workflowId, runId, tasks } = await tree();
  const { clock, database } = world.services;
  await world.services.database.write(({ db }) =>
    db.updateTable('workflow').set({ status: 'F' }).where('id', '=', workflowId).execute(),
  );
  const request = resetFrom(workflowId, [tasks[0] ?? 0]);
  await assert.rejects(changeTasks({ database: lostAfter(2), clock }, request, confirmation('half')), /is gone/);
  world.advance(16);
  const { workflow_run_id: newRun } = await world.link(workflowId);
  assert.ok(newRun !== null && newRun > runId);
  await assert.rejects(changeTasks({ database, clock }, request, confirmation('half')), { code: 'workflow_live' });
  await world.moveRun(newRun, 'A');
  const outcome = await changeTasks({ database, clock }, request, confirmation('the rest'));
  assert.equal(outcome.tasks, TASKS - 2000);
  assert.equal(countOf(await statuses(workflowId), 'G'), TASKS);
});

test('others write between the parts, and what they changed is left out', async () => {
  const { workflowId, tasks } = await tree();
  const { clock, database } = world.services;
  const request = resetFrom(workflowId, tasks, { recursive: false });
  const last = Math.max(...tasks);
  const changing = changeTasks({ database, clock }, request, confirmation('beside'));
  let seen = 0;
  while (seen === 0) {
    await new Promise((resolve) => setImmediate(resolve));
    seen = (await database.read((unit) => findChange(unit, 'beside')))?.changed ?? 0;
  }
  await database.write(({ db }) => db.updateTable('task').set({ status: 'F' }).where('id', '=', last).execute());
  const outcome = await changing;
  assert.ok(seen < TASKS, `${seen} tasks were changed when the other came`);
  assert.equal(outcome.tasks, TASKS - 1);
  assert.deepEqual(
    outcome.leftOut.map(({ reason, tasks: count }) => [reason, count]),
    [['changed_meanwhile', 1]],
  );
  assert.equal((await world.task(last)).status, 'F');
});

test('new resources of many tasks are one row for each that they had', async () => {
  const { workflowId, tasks } = await tree();
  const { clock, database } = world.services;
  await database.write(({ db }) =>
    db.updateTable('task').set({ status: 'F' }).where('workflow_id', '=', workflowId).execute(),
  );
  const request = resetFrom(workflowId, [], { action: 'retry', recursive: false, resources: { memory: 7 } });
  const outcome = await changeTasks({ database, clock }, request, confirmation('with memory'));
  assert.equal(outcome.tasks, tasks.length);
  const rows = await database.read(({ db }) =>
    db.selectFrom('task').select('task_resources_id').distinct().where('workflow_id', '=', workflowId).execute(),
  );
  assert.equal(rows.length, 1);
});
