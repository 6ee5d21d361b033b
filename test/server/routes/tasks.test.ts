import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TaskStatus } from '../../../src/core/status.ts';
import { Served } from '../served.ts';

/** A task as it is bound: node, hash of the arguments, and what a test wants different. */
function task(nodeId: number, hash: string, { name = 'name', command = 'true', attempts = 3, reset = false } = {}) {
  return [
    nodeId,
    hash,
    1,
    1,
    name,
    command,
    attempts,
    reset,
    { memory: 0.5, runtime: [1, 2], cores: 'f' },
    ['a.q', "b'q"],
  ];
}

function bind(served: Served, tasks: object, mark_created = false, workflow_id: number | string = 1) {
  return served.ask('PUT', '/task/bind_tasks_no_args', { workflow_id, tasks, mark_created });
}

function readTasks(served: Served) {
  return served.database.read(({ db }) => db.selectFrom('task').selectAll().orderBy('id').execute());
}

async function setStatus(served: Served, id: number, status: TaskStatus): Promise<void> {
  await served.database.write(({ db }) =>
    db.updateTable('task').set({ status, num_attempts: 2 }).where('id', '=', id).execute(),
  );
}

describe('binding tasks', () => {
  test('sent twice, all at once or after each other, makes each task once', async (context) => {
    const served = await Served.open(context);
    const tasks = { x: task(1, '10'), y: task(1, '11'), z: task(2, '10') };
    const answers = await Promise.all(Array.from({ length: 5 }, () => bind(served, tasks)));
    for (const answer of [...answers, await bind(served, tasks)]) {
      assert.deepEqual(answer, { tasks: { x: [1, 'G'], y: [2, 'G'], z: [3, 'G'] } });
    }
    assert.equal((await readTasks(served)).length, 3);
    assert.deepEqual(await bind(served, { x: task(1, '10') }, false, 2), { tasks: { x: [4, 'G'] } });
  });

  test('two keys for one task are both answered', async (context) => {
    const served = await Served.open(context);
    const answer = await bind(served, { x: task(1, '10', { name: 'first' }), y: task(1, '10', { name: 'second' }) });
    assert.deepEqual(answer, { tasks: { x: [1, 'G'], y: [1, 'G'] } });
    assert.deepEqual(
      (await readTasks(served)).map(({ name }) => name),
      ['first'],
    );
  });

  test('scales and queues are stored as Python literals', async (context) => {
    const served = await Served.open(context);
    await bind(served, { x: task(1, '10') });
    const [row] = await readTasks(served);
    assert.equal(row?.resource_scales, "{'memory': 0.5, 'runtime': [1, 2], 'cores': 'f'}");
    assert.equal(row?.fallback_queues, `['a.q', "b'q"]`);
  });

  test('again, a task starts anew unless it is done, or running and left to run', async (context) => {
    const served = await Served.open(context);
    const statuses: TaskStatus[] = ['G', 'Q', 'I', 'O', 'R', 'D', 'A', 'F'];
    const tasksOf = (options: object) =>
      Object.fromEntries(statuses.map((status, node) => [status, task(node, '1', options)]));
    await bind(served, tasksOf({ name: 'old' }));
    const setAll = async () => {
      for (const [index, status] of statuses.entries()) await setStatus(served, index + 1, status);
    };
    await setAll();
    const statusesOf = ({ tasks }: { tasks: Record<string, [number, string]> }) =>
      Object.fromEntries(Object.entries(tasks).map(([key, [, status]]) => [key, status]));
    const left = await bind(served, tasksOf({ name: 'new', attempts: 9, command: 'false' }));
    assert.deepEqual(statusesOf(left), { G: 'G', Q: 'G', I: 'G', O: 'G', R: 'R', D: 'D', A: 'G', F: 'G' });
    const rows = await readTasks(served);
    for (const { name, command, max_attempts, num_attempts, status } of rows) {
      const expected = status === 'G' ? ['new', 'false', 9, 0] : ['old', 'true', 3, 2];
      assert.deepEqual([name, command, max_attempts, num_attempts], expected);
    }
    await setAll();
    const reset = await bind(served, tasksOf({ reset: true }));
    assert.deepEqual(statusesOf(reset), { G: 'G', Q: 'G', I: 'G', O: 'G', R: 'G', D: 'D', A: 'G', F: 'G' });
  });

  test('while a run is at work nothing starts anew: a late copy of a request would set back what runs', async (context) => {
    const served = await Served.open(context);
    const { workflow_id } = await served.ask('POST', '/workflow', {
      tool_version_id: 1,
      dag_id: 1,
      description: '',
      workflow_args_hash: '1',
      task_hash: '1',
      name: '',
      workflow_args: '',
      max_concurrently_running: 10,
      workflow_attributes: {},
    });
    const tasks = { x: task(1, '10', { reset: true }), y: task(2, '10', { reset: true }) };
    await bind(served, tasks, true, workflow_id);
    const run = { workflow_id, user: 'bee', jobmon_version: '3.6.0', next_report_increment: 90 };
    const { workflow_run_id } = await served.ask('POST', '/workflow_run', run);
    await setStatus(served, 1, 'R');
    await setStatus(served, 2, 'F');
    const before = await readTasks(served);
    const late = await bind(served, tasks, true, workflow_id);
    assert.deepEqual(late, { tasks: { x: [1, 'R'], y: [2, 'F'] } });
    assert.deepEqual(await readTasks(served), before);
    await served.ask('PUT', `/workflow_run/${workflow_run_id}/update_status`, { status: 'A' });
    assert.deepEqual(await bind(served, tasks, true, workflow_id), { tasks: { x: [1, 'G'], y: [2, 'G'] } });
  });

  test('a reset gives a new revision and wakes those who wait for the workflow; what stays as it is does neither', async (context) => {
    const served = await Served.open(context);
    const topics: string[] = [];
    await bind(served, { x: task(1, '10'), y: task(2, '10') });
    await setStatus(served, 1, 'F');
    await setStatus(served, 2, 'D');
    const before = await readTasks(served);
    const stop = served.database.onCommit((changed) => topics.push(...changed));
    await bind(served, { y: task(2, '10') });
    assert.deepEqual(topics, []);
    await bind(served, { x: task(1, '10'), y: task(2, '10') });
    stop();
    assert.deepEqual(topics, ['workflow:1']);
    const after = await readTasks(served);
    assert.ok((after[0]?.revision ?? 0) > (before[0]?.revision ?? 0));
    assert.equal(after[1]?.revision, before[1]?.revision);
  });

  test('the date of the workflow is set by the last chunk, once', async (context) => {
    const served = await Served.open(context);
    const workflow = {
      tool_version_id: 1,
      dag_id: 1,
      workflow_args_hash: 1,
      task_hash: 1,
      description: null,
      name: null,
    };
    const rest = { workflow_args: '', max_concurrently_running: 1, workflow_attributes: {} };
    await served.ask('POST', '/workflow', { ...workflow, ...rest });
    const date = () =>
      served.database.read(
        async ({ db }) => (await db.selectFrom('workflow').select('created_date').executeTakeFirst())?.created_date,
      );
    await bind(served, { x: task(1, '10') }, false, '1');
    assert.equal(await date(), null);
    await bind(served, {}, true, '1');
    const first = await date();
    assert.equal(typeof first, 'number');
    await bind(served, {}, true, '1');
    assert.equal(await date(), first);
  });

  test('scales that are too long are refused, and no task of the request is stored', async (context) => {
    const served = await Served.open(context);
    const long = task(1, '10').with(9, ['q'.repeat(1001)]);
    const body = { workflow_id: 1, tasks: { x: task(2, '10'), y: long }, mark_created: true };
    const { status, body: answer } = await served.send('PUT', '/task/bind_tasks_no_args', body);
    assert.equal(status, 400);
    assert.match(answer.error.exception_message, /fallback_queues of task name/);
    assert.deepEqual(await readTasks(served), []);
  });
});

describe('arguments and attributes', () => {
  test('an argument keeps the value that came first; one that is too long is refused', async (context) => {
    const served = await Served.open(context);
    const sent = [
      [1, 1, 'first'],
      ['1', '1', 'twice'],
      [1, 2, ''],
    ];
    assert.deepEqual(await served.ask('PUT', '/task/bind_task_args', { task_args: sent }), {});
    await served.ask('PUT', '/task/bind_task_args', { task_args: [[1, 1, 'later']] });
    await served.ask('PUT', '/task/bind_task_args', { task_args: [] });
    const rows = await served.database.read(({ db }) =>
      db.selectFrom('task_arg').selectAll().orderBy('arg_id').execute(),
    );
    assert.deepEqual(
      rows.map(({ arg_id, val }) => [arg_id, val]),
      [
        [1, 'first'],
        [2, ''],
      ],
    );
    const long = await served.send('PUT', '/task/bind_task_args', { task_args: [[1, 3, 'x'.repeat(2049)]] });
    assert.equal(long.status, 400);
    assert.match(long.body.error.exception_message, /task_args\.0\.2/);
  });

  test('attributes are overwritten, and numbers and truth kept as their text', async (context) => {
    const served = await Served.open(context);
    const set = (task_attributes: object) => served.send('PUT', '/task/bind_task_attributes', { task_attributes });
    await set({ 1: { a: 1.5, b: null, c: true }, 2: { a: 'x' } });
    await set({ 1: { a: 'later' } });
    assert.equal((await set({})).status, 200);
    const rows = await served.database.read(({ db }) =>
      db
        .selectFrom('task_attribute as attribute')
        .innerJoin('task_attribute_type as type', 'type.id', 'attribute.task_attribute_type_id')
        .select(['task_id', 'name', 'value'])
        .orderBy('task_id')
        .orderBy('name')
        .execute(),
    );
    assert.deepEqual(
      rows.map(({ task_id, name, value }) => [task_id, name, value]),
      [
        [1, 'a', 'later'],
        [1, 'b', null],
        [1, 'c', 'True'],
        [2, 'a', 'x'],
      ],
    );
    assert.equal((await set({ x: { a: 1 } })).status, 400);
    assert.equal((await set({ 1: { a: 'x'.repeat(256) } })).status, 400);
  });
});

describe('pages of unfinished tasks', () => {
  async function openWithTasks(context: { after(action: () => unknown): void }): Promise<Served> {
    const served = await Served.open(context);
    const array = { workflow_id: 1, task_template_version_id: 1, max_concurrently_running: 4, name: 'model' };
    await served.ask('POST', '/array', array);
    const resources = {
      queue_id: 3,
      task_resources_type_id: 'O',
      requested_resources: { memory: 1, wait: true, why: 'null' },
    };
    await served.ask('POST', '/task/bind_resources', resources);
    await bind(served, Object.fromEntries([1, 2, 3, 4, 5].map((node) => [node, task(node, '1')])));
    await setStatus(served, 2, 'D');
    await setStatus(served, 4, 'F');
    return served;
  }

  test('follow each other by id without done tasks', async (context) => {
    const served = await openWithTasks(context);
    const page = async (after: number, size: number) => {
      const { tasks } = await served.ask('GET', `/workflow/get_tasks/1?max_task_id=${after}&chunk_size=${size}`);
      return Object.keys(tasks).map(Number);
    };
    assert.deepEqual(await page(0, 2), [1, 3]);
    assert.deepEqual(await page(3, 2), [4, 5]);
    assert.deepEqual(await page(5, 2), []);
    assert.deepEqual(await page(0, 0), []);
    assert.deepEqual((await served.ask('GET', '/workflow/get_tasks/9?max_task_id=0&chunk_size=9')).tasks, {});
  });

  test('show resources so that readers of Python literals understand them', async (context) => {
    const served = await openWithTasks(context);
    const { tasks } = await served.ask('GET', '/workflow/get_tasks/1?max_task_id=3&chunk_size=1');
    const [arrayId, status, attempts, , , resources, cluster, queue, limit] = tasks[4];
    assert.deepEqual([arrayId, status, attempts, cluster, queue, limit], [1, 'F', 3, 'multiprocess', 'null.q', 4]);
    assert.equal(resources, "{'memory': 1, 'wait': True, 'why': 'null'}");
  });
});
