import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Served } from '../served.ts';

const node = (hash: string, args: Record<string, string> = {}, version = 1) => ({
  task_template_version_id: version,
  node_args_hash: hash,
  node_args: args,
});

describe('nodes', () => {
  test('are found by template version and hash, however often they are sent', async (context) => {
    const served = await Served.open(context);
    const first = await served.ask('POST', '/nodes', { nodes: [node('10'), node('11'), node('10')] });
    assert.deepEqual(first, { nodes: { '1:10': 1, '1:11': 2 } });
    const second = await served.ask('POST', '/nodes', { nodes: [node('11'), node('12'), node('11', {}, 2)] });
    assert.deepEqual(second, { nodes: { '1:11': 2, '1:12': 3, '2:11': 4 } });
    assert.deepEqual(await served.ask('POST', '/nodes', { nodes: [] }), { nodes: {} });
  });

  test('keep the values that were stored first', async (context) => {
    const served = await Served.open(context);
    await served.ask('POST', '/nodes', { nodes: [node('10', { 1: 'first', 2: '{"a": 1}' })] });
    await served.ask('POST', '/nodes', { nodes: [node('10', { 1: 'later', 3: 'added' })] });
    const rows = await served.database.read(({ db }) =>
      db.selectFrom('node_arg').selectAll().orderBy('arg_id').execute(),
    );
    assert.deepEqual(
      rows.map(({ arg_id, val }) => [arg_id, val]),
      [
        [1, 'first'],
        [2, '{"a": 1}'],
        [3, 'added'],
      ],
    );
  });

  test('values that are too long and keys that are no ids are refused, and no node is stored', async (context) => {
    const served = await Served.open(context);
    const long = await served.send('POST', '/nodes', { nodes: [node('10'), node('11', { 1: 'x'.repeat(2049) })] });
    assert.equal(long.status, 400);
    assert.match(long.body.error.exception_message, /2049 characters; at most 2048/);
    const named = await served.send('POST', '/nodes', { nodes: [node('10', { location: '1' })] });
    assert.match(named.body.error.exception_message, /"location" of node_args/);
    assert.deepEqual(await served.database.read(({ db }) => db.selectFrom('node').selectAll().execute()), []);
    assert.equal((await served.send('POST', '/nodes', { nodes: [node('10', { 1: 'x'.repeat(2048) })] })).status, 200);
  });
});

async function readEdges(served: Served) {
  const rows = await served.database.read(({ db }) => db.selectFrom('edge').selectAll().orderBy('node_id').execute());
  return rows.map(({ node_id, upstream_node_ids, downstream_node_ids }) => [
    node_id,
    upstream_node_ids,
    downstream_node_ids,
  ]);
}

describe('dags', () => {
  test('have a date only when the last chunk of edges is stored; edges that exist stay', async (context) => {
    const served = await Served.open(context);
    const dag_hash = '2305843009213693950';
    assert.deepEqual(await served.ask('POST', '/dag', { dag_hash }), { dag_id: 1, created_date: null });
    const edge = (node_id: number, downstream: number[] | null) => ({
      node_id,
      upstream_node_ids: [],
      downstream_node_ids: downstream,
    });
    const part = { edges_to_add: [edge(1, [2, 3]), edge(2, null)], mark_created: false };
    assert.deepEqual(await served.ask('POST', '/dag/1/edges', part), {});
    assert.equal((await served.ask('POST', '/dag', { dag_hash })).created_date, null);
    const rest = { edges_to_add: [edge(3, []), edge(1, [9])], mark_created: true };
    await served.ask('POST', '/dag/1/edges', rest);
    const { created_date } = await served.ask('POST', '/dag', { dag_hash });
    assert.match(created_date, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    await served.ask('POST', '/dag/1/edges', rest);
    assert.deepEqual(await readEdges(served), [
      [1, null, '[2,3]'],
      [2, null, null],
      [3, null, null],
    ]);
  });

  test('downstream nodes come as a list, or as text for old clients', async (context) => {
    const served = await Served.open(context);
    const edges = [
      [1, '[2,3]'],
      [2, null],
      [3, '"[4, 5]"'],
      [4, ''],
    ] as const;
    await served.database.write(async ({ db, now }) => {
      for (const [node_id, downstream_node_ids] of edges) {
        await db.insertInto('edge').values({ dag_id: 1, node_id, downstream_node_ids }).execute();
        await db.insertInto('task').values(taskOf(node_id, now)).execute();
      }
      await db.insertInto('task').values(taskOf(99, now)).execute();
    });
    const ask = (version: string) =>
      served.ask('POST', `/task/get_downstream_tasks?client_jobmon_version=${version}`, {
        task_ids: [1, 2, '3', 4, 5, 77],
        dag_id: '1',
      });
    const lists = { 1: [1, [2, 3]], 2: [2, null], 3: [3, [4, 5]], 4: [4, null] };
    const texts = { 1: [1, '[2, 3]'], 2: [2, null], 3: [3, '[4, 5]'], 4: [4, null] };
    for (const version of ['3.6.0', '3.4.24', '3.4.23.1', '4', '3.4.1.dev7', '3.4.23-STAGE']) {
      assert.deepEqual((await ask(version)).downstream_tasks, lists, version);
    }
    for (const version of ['', '3.4.23', '3.4', '2.9.9', 'new']) {
      assert.deepEqual((await ask(version)).downstream_tasks, texts, version);
    }
  });
});

function taskOf(node_id: number, status_date: number) {
  return { workflow_id: 1, node_id, task_args_hash: '1', name: 'x', command: 'true', max_attempts: 1, status_date };
}
