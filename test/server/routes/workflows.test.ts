import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Served } from '../served.ts';

const WORKFLOW = {
  tool_version_id: 1,
  dag_id: 1,
  workflow_args_hash: '11',
  task_hash: '12',
  description: 'first',
  name: 'name',
  workflow_args: 'args',
  max_concurrently_running: 100,
  workflow_attributes: { kind: 'test', none: null },
};

const bound = (changes: object = {}) => ({ workflow_id: 1, status: 'G', newly_created: true, ...changes });

describe('binding a workflow', () => {
  test('sent twice is the same workflow, still new; its descriptive parts change', async (context) => {
    const served = await Served.open(context);
    assert.deepEqual(await served.ask('POST', '/workflow', WORKFLOW), bound());
    const changed = { ...WORKFLOW, description: 'later', max_concurrently_running: '7', workflow_args: 'ignored' };
    assert.deepEqual(await served.ask('POST', '/workflow', changed), bound());
    const row = await served.database.read(({ db }) => db.selectFrom('workflow').selectAll().executeTakeFirstOrThrow());
    assert.equal(row.description, 'later');
    assert.equal(row.max_concurrently_running, 7);
    assert.equal(row.workflow_args, 'args');
  });

  test('is not new any more once its tasks are bound', async (context) => {
    const served = await Served.open(context);
    await served.ask('POST', '/workflow', WORKFLOW);
    await served.ask('PUT', '/task/bind_tasks_no_args', { workflow_id: 1, tasks: {}, mark_created: true });
    assert.deepEqual(await served.ask('POST', '/workflow', WORKFLOW), bound({ newly_created: false }));
  });

  test('many at once make one workflow', async (context) => {
    const served = await Served.open(context);
    const answers = await Promise.all(Array.from({ length: 20 }, () => served.ask('POST', '/workflow', WORKFLOW)));
    assert.deepEqual(new Set(answers.map(({ workflow_id }) => workflow_id)), new Set([1]));
  });

  test('another hash, dag or tool version is another workflow; matching ones are found by their args', async (context) => {
    const served = await Served.open(context);
    await served.ask('POST', '/dag', { dag_hash: '77' });
    await served.ask('POST', '/workflow', WORKFLOW);
    await served.ask('POST', '/workflow', { ...WORKFLOW, task_hash: '13' });
    await served.ask('POST', '/workflow', { ...WORKFLOW, tool_version_id: 2 });
    await served.ask('POST', '/workflow', { ...WORKFLOW, workflow_args_hash: '99' });
    const { matching_workflows } = await served.ask('GET', '/workflow/0011');
    assert.deepEqual(matching_workflows, [
      ['12', 1, '77'],
      ['13', 1, '77'],
      ['12', 2, '77'],
    ]);
    assert.equal((await served.send('GET', '/workflow/abc')).status, 400);
  });

  test('attributes are set, added and overwritten by name', async (context) => {
    const served = await Served.open(context);
    await served.ask('POST', '/workflow', WORKFLOW);
    await served.ask('PUT', '/workflow/1/workflow_attributes', { workflow_attributes: { kind: 'changed', more: '1' } });
    await served.ask('PUT', '/workflow/1/workflow_attributes', { workflow_attributes: {} });
    const rows = await served.database.read(({ db }) =>
      db
        .selectFrom('workflow_attribute as attribute')
        .innerJoin('workflow_attribute_type as type', 'type.id', 'attribute.workflow_attribute_type_id')
        .select(['type.name', 'attribute.value'])
        .orderBy('type.name')
        .execute(),
    );
    assert.deepEqual(
      rows.map(({ name, value }) => [name, value]),
      [
        ['kind', 'changed'],
        ['more', '1'],
        ['none', null],
      ],
    );
    const long = { workflow_attributes: { kind: 'x'.repeat(256) } };
    assert.equal((await served.send('PUT', '/workflow/1/workflow_attributes', long)).status, 400);
  });
});

test('metadata and limit of a workflow; an unknown one is an empty list, or 404 in a shape of its own', async (context) => {
  const served = await Served.open(context);
  await served.ask('POST', '/workflow', WORKFLOW);
  assert.deepEqual(await served.ask('GET', '/workflow/1/fetch_workflow_metadata'), { workflow: [1, 1, 100] });
  assert.deepEqual(await served.ask('GET', '/workflow/9/fetch_workflow_metadata'), { workflow: [] });
  const limit = await served.ask('GET', '/workflow/1/get_max_concurrently_running');
  assert.deepEqual(limit, { max_concurrently_running: 100 });
  const { status, body } = await served.send('GET', '/workflow/9/get_max_concurrently_running');
  assert.deepEqual([status, body], [404, { error: 'Workflow 9 does not exist.' }]);
});

describe('arrays', () => {
  const ARRAY = { workflow_id: 1, task_template_version_id: 5, max_concurrently_running: 3, name: 'model' };

  test('there is one for each template version and workflow; its limit is overwritten', async (context) => {
    const served = await Served.open(context);
    assert.deepEqual(await served.ask('POST', '/array', ARRAY), { array_id: 1 });
    const { name: _name, ...unnamed } = ARRAY;
    assert.deepEqual(await served.ask('POST', '/array', { ...unnamed, max_concurrently_running: '8' }), {
      array_id: 1,
    });
    assert.deepEqual(await served.ask('GET', '/array/1/get_array_max_concurrently_running'), {
      max_concurrently_running: 8,
    });
    const path = '/workflow/1/get_array_max_concurrently_running';
    assert.deepEqual(await served.ask('GET', `${path}/5`), { max_concurrently_running: 8 });
    assert.equal((await served.send('GET', `${path}/6`)).status, 404);
    assert.equal((await served.send('GET', '/array/2/get_array_max_concurrently_running')).status, 404);
    assert.equal((await served.send('POST', '/array', { ...unnamed, workflow_id: 2 })).status, 400);
  });
});

test('limits that change when a workflow is bound again reach the swarm that waits for changes', async (context) => {
  const served = await Served.open(context);
  const array = { workflow_id: 1, task_template_version_id: 5, max_concurrently_running: 3, name: 'model' };
  await served.ask('POST', '/workflow', WORKFLOW);
  await served.ask('POST', '/array', array);
  await served.ask('PUT', '/task/bind_tasks_no_args', { workflow_id: 1, tasks: {}, mark_created: true });
  const run = { workflow_id: 1, user: 'user', jobmon_version: '3.6.0', next_report_increment: 90 };
  await served.ask('POST', '/workflow_run', run);
  const changes = async (cursor: number, wait_seconds: number) => {
    const payload = JSON.stringify({ cursor, wait_seconds, workflow_run_id: 1 });
    const headers = { authorization: 'Bearer secret' };
    const { body } = await served.inject({ method: 'POST', url: '/api/skep/workflow/1/changes', headers, payload });
    return body;
  };
  const { cursor } = await changes(0, 0);
  const waiting = changes(cursor, 5);
  await served.ask('POST', '/array', { ...array, max_concurrently_running: 8 });
  const news = await waiting;
  assert.ok(news.cursor > cursor, 'the limit of an array is no news');
  assert.deepEqual(news.array_limits, { 1: 8 });
  const waitingAgain = changes(news.cursor, 5);
  await served.ask('POST', '/workflow', { ...WORKFLOW, max_concurrently_running: 9 });
  const later = await waitingAgain;
  assert.ok(later.cursor > news.cursor, 'the limit of the workflow is no news');
  assert.equal(later.max_concurrently_running, 9);
});
