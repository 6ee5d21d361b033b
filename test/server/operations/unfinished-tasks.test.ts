import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Served } from '../served.ts';

const EDGES = [
  [1, '[2,3]'],
  [2, null],
  [3, '"[4, 5]"'],
  [4, ''],
  [5, 'null'],
] as const;

/** Tasks 1 to 6 on nodes of their ids, with edges as above. Task 4 has resources of its own; 3 is running. */
async function open(context: Parameters<typeof Served.open>[0]) {
  const served = await Served.open(context);
  await served.database.write(async ({ db, now }) => {
    await db
      .insertInto('workflow')
      .values({
        ...{ tool_version_id: 1, dag_id: 7, workflow_args_hash: '1', task_hash: '1' },
        ...{ max_concurrently_running: 9, status_date: now, status: 'G' },
      })
      .execute();
    await db
      .insertInto('array')
      .values({ name: 'step', task_template_version_id: 1, workflow_id: 1, max_concurrently_running: 8 })
      .execute();
    for (const requested_resources of ['{"memory": 2}', '{"memory": 3}']) {
      await db
        .insertInto('task_resources')
        .values({ queue_id: 1, task_resources_type_id: 'O', requested_resources })
        .execute();
    }
    for (const [node_id, downstream_node_ids] of EDGES) {
      await db.insertInto('edge').values({ dag_id: 7, node_id, downstream_node_ids }).execute();
    }
    for (let id = 1; id <= 6; id++) {
      await db
        .insertInto('task')
        .values({
          ...{ workflow_id: 1, node_id: id, task_args_hash: '1', array_id: 1, name: 'x', command: 'true' },
          ...{ task_resources_id: id === 4 ? 2 : 1, max_attempts: 3, resource_scales: '{}', fallback_queues: '[]' },
          ...{ status: id === 3 ? 'R' : 'G', status_date: now },
        })
        .execute();
    }
  });
  return served;
}

async function ask(served: Served, afterId: number, limit: number) {
  const url = `/api/skep/workflow/1/unfinished_tasks?after_task_id=${afterId}&limit=${limit}`;
  const { status, body } = await served.inject({ method: 'GET', url, headers: { authorization: 'Bearer secret' } });
  assert.equal(status, 200);
  return body;
}

const tasksOf = (groups: { tasks: number[][] }[]) =>
  groups.flatMap(({ tasks }) => tasks).sort(([left = 0], [right = 0]) => left - right);

test('tasks come with their dependents, grouped by all that they share', async (context) => {
  const served = await open(context);
  const { groups, last_task_id } = await ask(served, 0, 10);
  assert.equal(last_task_id, 6);
  assert.deepEqual(tasksOf(groups), [[1, 1, 2, 3], [2, 2], [3, 3, 4, 5], [4, 4], [5, 5], [6]]);
  const shared = { array_id: 1, array_max_concurrently_running: 8, max_attempts: 3 };
  const texts = { resource_scales: '{}', fallback_queues: '[]', cluster_name: 'dummy', queue_name: 'null.q' };
  assert.deepEqual(
    groups.map(({ tasks, ...rest }: { tasks: number[][] }) => ({ ...rest, count: tasks.length })),
    [
      { ...shared, ...texts, status: 'G', requested_resources: '{"memory": 2}', count: 4 },
      { ...shared, ...texts, status: 'G', requested_resources: '{"memory": 3}', count: 1 },
      { ...shared, ...texts, status: 'R', requested_resources: '{"memory": 2}', count: 1 },
    ],
  );
});

test('pages follow one another by id; done tasks, and those that cannot run, are left out', async (context) => {
  const served = await open(context);
  await served.database.write(async ({ db }) => {
    await db.updateTable('task').set({ status: 'D' }).where('id', '=', 2).execute();
    await db.updateTable('task').set({ array_id: null }).where('id', '=', 4).execute();
    await db.updateTable('task').set({ task_resources_id: null }).where('id', '=', 5).execute();
  });
  const pages: (number | undefined)[][] = [];
  let last: number | null = 0;
  for (;;) {
    const page: { groups: { tasks: number[][] }[]; last_task_id: number | null } = await ask(served, last, 2);
    last = page.last_task_id;
    if (last === null) break;
    pages.push(tasksOf(page.groups).map(([id]) => id));
  }
  assert.deepEqual(pages, [[1, 3], [], [6]]);
});
