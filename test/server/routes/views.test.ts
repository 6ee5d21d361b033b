import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TaskInstanceStatus, TaskStatus } from '../../../src/core/status.ts';
import { rowsOf } from '../../../src/server/db/bulk.ts';
import { Served } from '../served.ts';

interface TaskSeed {
  readonly status: TaskStatus;
  readonly attempts?: number;
}

async function addWorkflow(
  served: Served,
  name: string | null,
  tasks: readonly TaskSeed[],
  user = 'ada',
): Promise<number> {
  return served.database.write(async ({ db, now }) => {
    const { id } = await db
      .insertInto('workflow')
      .values({
        tool_version_id: 1,
        dag_id: 1,
        workflow_args_hash: String(name),
        task_hash: '1',
        name,
        max_concurrently_running: 1,
        status_date: now,
        status: 'R',
        created_date: name === null ? null : Date.UTC(2026, 10, 23, 12, 0, 0, 999),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const run = { workflow_id: id, user, created_date: now, status_date: now, heartbeat_date: now };
    await db.insertInto('workflow_run').values(run).execute();
    const rows = tasks.map(({ status, attempts = 1 }, index) => ({ index, status, attempts }));
    await db
      .insertInto('task')
      .columns([
        'workflow_id',
        'node_id',
        'task_args_hash',
        'name',
        'command',
        'max_attempts',
        'status_date',
        'status',
        'num_attempts',
      ])
      .expression((query) =>
        query
          .selectFrom(rowsOf(rows, { index: 'integer', status: 'text', attempts: 'integer' }).as('given'))
          .select(({ val, ref }) => [
            val(id).as('workflow_id'),
            'given.index',
            val('1').as('hash'),
            ref('given.status').as('name'),
            val('true').as('command'),
            val(3).as('max_attempts'),
            val(now).as('status_date'),
            'given.status',
            'given.attempts',
          ]),
      )
      .execute();
    return id;
  });
}

async function addInstance(
  served: Served,
  task_id: number,
  status: TaskInstanceStatus,
  errors: readonly string[] = [],
): Promise<void> {
  await served.database.write(async ({ db, now }) => {
    const { step } = await db
      .selectFrom('task_instance')
      .select(({ fn }) => fn.countAll<number>().as('step'))
      .executeTakeFirstOrThrow();
    const batch = { workflow_run_id: 1, array_id: 1, task_resources_id: 1, array_batch_num: 1, array_step_id: step };
    const { id } = await db
      .insertInto('task_instance')
      .values({
        ...batch,
        task_id,
        status,
        status_date: now,
        nodename: `node${step}`,
        wallclock: '12',
        stdout: '/tmp/out',
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    for (const description of errors) {
      await db
        .insertInto('task_instance_error_log')
        .values({ task_instance_id: id, error_time: now, description })
        .execute();
    }
  });
}

/** Frame text as rows. */
function rowsOfFrame(text: string): Record<string, unknown>[] {
  const columns = Object.entries(JSON.parse(text) as Record<string, Record<string, unknown>>);
  const count = Object.keys(columns[0]?.[1] ?? {}).length;
  return Array.from({ length: count }, (_, index) =>
    Object.fromEntries(columns.map(([name, cells]) => [name, cells[index]])),
  );
}

describe('workflow_status', () => {
  test('counts tasks by label, with shares rounded half to even, and retries', async (context) => {
    const served = await Served.open(context);
    const tasks: TaskSeed[] = [
      ...Array.from({ length: 14 }, (): TaskSeed => ({ status: 'D', attempts: 1 })),
      { status: 'F', attempts: 3 },
      { status: 'O', attempts: 2 },
    ];
    await addWorkflow(served, 'wide', tasks);
    const { workflows } = await served.ask('GET', '/workflow_status?workflow_id=1');
    assert.deepEqual(rowsOfFrame(workflows), [
      {
        WF_ID: 1,
        WF_NAME: 'wide',
        WF_STATUS: 'RUNNING',
        CREATED_DATE: Date.UTC(2026, 10, 23, 12, 0, 0),
        TASKS: 16,
        PENDING: '0 (0.0%)',
        SCHEDULED: '1 (6.2%)',
        RUNNING: '0 (0.0%)',
        DONE: '14 (87.5%)',
        FATAL: '1 (6.2%)',
        RETRIES: 3,
      },
    ]);
  });

  test('shows the newest five; a user narrows them; ids win over users and are cut as well', async (context) => {
    const served = await Served.open(context);
    for (const name of ['1', '2', '3', '4', '5', '6']) {
      await addWorkflow(served, name, [{ status: 'G' }], name === '2' ? 'bob' : 'ada');
    }
    const ids = async (query: string) =>
      rowsOfFrame((await served.ask('GET', `/workflow_status?${query}`)).workflows).map(({ WF_ID }) => WF_ID);
    assert.deepEqual(await ids(''), [2, 3, 4, 5, 6]);
    assert.deepEqual(await ids('limit=2'), [5, 6]);
    assert.deepEqual(await ids('user=bob&user=nobody'), [2]);
    assert.deepEqual(await ids('workflow_id=1&workflow_id=3&user=bob'), [1, 3]);
    assert.deepEqual(await ids('workflow_id=1&workflow_id=3&workflow_id=4&limit=2'), [1, 3]);
    assert.equal((await served.send('GET', '/workflow_status?limit=-1')).status, 400);
  });

  test('shows a workflow without name, date and tasks; unknown ones give a table without rows', async (context) => {
    const served = await Served.open(context);
    await addWorkflow(served, null, []);
    const [row] = rowsOfFrame((await served.ask('GET', '/workflow_status?workflow_id=1')).workflows);
    assert.deepEqual([row?.WF_NAME, row?.CREATED_DATE, row?.TASKS, row?.DONE], ['', null, 0, '0 (0.0%)']);
    const { workflows } = await served.ask('GET', '/workflow_status?workflow_id=9');
    assert.deepEqual(JSON.parse(workflows).WF_ID, {});
  });
});

describe('workflow_tasks', () => {
  test('lists the newest first, up to the limit, by label', async (context) => {
    const served = await Served.open(context);
    await addWorkflow(served, 'x', [
      { status: 'Q', attempts: 0 },
      { status: 'F', attempts: 3 },
      { status: 'D' },
      { status: 'A' },
    ]);
    const rows = async (query: string) =>
      rowsOfFrame((await served.ask('GET', `/workflow/1/workflow_tasks?${query}`)).workflow_tasks);
    assert.deepEqual(await rows('limit=2'), [
      { TASK_ID: 4, TASK_NAME: 'A', STATUS: 'PENDING', RETRIES: 0 },
      { TASK_ID: 3, TASK_NAME: 'D', STATUS: 'DONE', RETRIES: 0 },
    ]);
    const ids = async (query: string) => (await rows(query)).map(({ TASK_ID }) => TASK_ID);
    assert.deepEqual(await ids('limit=0&status=PENDING&status=FATAL'), [4, 2, 1]);
    assert.deepEqual(await ids('limit=-1'), [4, 3, 2, 1]);
    const { status, body } = await served.send('GET', '/workflow/1/workflow_tasks?limit=1&status=done');
    assert.equal(status, 400);
    assert.match(body.error.exception_message, /"done" does not exist; there are PENDING/);
    assert.equal((await served.send('GET', '/workflow/1/workflow_tasks')).status, 422);
  });
});

describe('instances of a task', () => {
  test('task_status has a row for each error; labels select instances, also launched and silent ones', async (context) => {
    const served = await Served.open(context);
    await addWorkflow(served, 'x', [{ status: 'D', attempts: 2 }, { status: 'O' }]);
    await addInstance(served, 1, 'E', ['one', 'two']);
    await addInstance(served, 1, 'D');
    await addInstance(served, 2, 'O');
    const rows = async (query: string) =>
      rowsOfFrame((await served.ask('GET', `/task_status?${query}`)).task_instance_status);
    assert.deepEqual(
      (await rows('task_ids=1&task_ids=2')).map(({ TASK_INSTANCE_ID, task_status, STATUS, ERROR_TRACE }) => [
        TASK_INSTANCE_ID,
        task_status,
        STATUS,
        ERROR_TRACE,
      ]),
      [
        [1, 'D', 'ERROR', 'one'],
        [1, 'D', 'ERROR', 'two'],
        [2, 'D', 'DONE', null],
        [3, 'O', 'LAUNCHED', null],
      ],
    );
    assert.deepEqual(
      (await rows('task_ids=1&task_ids=2&status=PENDING')).map(({ TASK_INSTANCE_ID }) => TASK_INSTANCE_ID),
      [3],
    );
    assert.deepEqual(await rows('task_ids=9'), []);
    assert.equal((await served.send('GET', '/task_status?task_ids=1&status=SCHEDULED')).status, 400);
    assert.equal((await served.send('GET', '/task_status')).status, 422);
  });

  test('the newest error of the newest instance that has one; the newest done instance counts for usage', async (context) => {
    const served = await Served.open(context);
    await addWorkflow(served, 'x', [{ status: 'D', attempts: 4 }]);
    assert.deepEqual(await served.ask('GET', '/task/1/most_recent_ti_error'), {
      error_description: '',
      task_instance_id: null,
    });
    assert.deepEqual(await served.ask('GET', '/task_resource_usage?task_id=1'), {
      resource_usage: [null, null, null, null],
    });
    await addInstance(served, 1, 'E', ['old']);
    await addInstance(served, 1, 'E', ['first', 'second']);
    await addInstance(served, 1, 'D');
    await addInstance(served, 1, 'D');
    const error = await served.ask('GET', '/task/1/most_recent_ti_error');
    assert.deepEqual(error, { error_description: 'second', task_instance_id: 2 });
    const { resource_usage } = await served.ask('GET', '/task_resource_usage?task_id=1');
    assert.deepEqual(resource_usage, [4, 'node3', '12', null]);
  });
});

test('the graph of task templates has each pair once, and null only for a template that nothing follows', async (context) => {
  const served = await Served.open(context);
  for (const name of ['prepare', 'model']) {
    await served.ask('POST', '/task_template', { tool_version_id: 1, task_template_name: name });
  }
  for (const id of [1, 2]) {
    const args = { node_args: [], task_args: [], op_args: [], command_template: 'true', arg_mapping_hash: 1 };
    await served.ask('POST', `/task_template/${id}/add_version`, args);
  }
  const nodes = [1, 1, 2, 2, 1].map((version, hash) => ({
    task_template_version_id: version,
    node_args_hash: String(hash),
    node_args: {},
  }));
  await served.ask('POST', '/nodes', { nodes });
  const edges = [
    [1, [3, 4]],
    [2, [4]],
    [3, null],
    [4, null],
    [5, null],
  ].map(([node_id, downstream_node_ids]) => ({
    node_id,
    upstream_node_ids: null,
    downstream_node_ids,
  }));
  await served.ask('POST', '/dag/1/edges', { edges_to_add: edges, mark_created: true });
  await addWorkflow(served, 'x', []);
  const tasks = Object.fromEntries(
    [1, 2, 3, 4, 5].map((node) => [node, [node, '1', 1, 1, 'n', 'c', 1, false, {}, []]]),
  );
  await served.ask('PUT', '/task/bind_tasks_no_args', { workflow_id: 1, tasks, mark_created: true });
  const { tt_dag } = await served.ask('GET', '/workflow/1/task_template_dag');
  assert.deepEqual(
    tt_dag.sort((left: { name: string }, right: { name: string }) => left.name.localeCompare(right.name)),
    [
      { name: 'model', downstream_task_template_id: null },
      { name: 'prepare', downstream_task_template_id: 'model' },
    ],
  );
  assert.deepEqual(await served.ask('GET', '/workflow/no-id/task_template_dag'), { tt_dag: [] });
});

test('the plain routes', async (context) => {
  const served = await Served.open(context);
  assert.deepEqual(await served.ask('GET', '/'), { msg: 'Yes, I am alive' });
  assert.deepEqual(await served.ask('GET', '/health'), { status: 'OK' });
  assert.deepEqual(await served.ask('GET', '/api_version'), { status: 'v3' });
  assert.match((await served.ask('GET', '/time')).time, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  const { available_statuses } = await served.ask('GET', '/workflow_status/available_status');
  assert.equal(available_statuses.length, 9);
  assert.ok(available_statuses.includes('HALTED'));
});
