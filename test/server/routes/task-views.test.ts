import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addError, addInstance, addRun, bindPipeline, setTasks } from '../pipeline.ts';
import { Served } from '../served.ts';

describe('get_array_tasks', () => {
  test('has a row for each instance; empty names and no limit narrow nothing', async (context) => {
    const served = await Served.open(context);
    const { workflowId, tasks } = await bindPipeline(served);
    const other = await bindPipeline(served, { args: 'other' });
    await addInstance(served, { task: tasks[2], status: 'E' }, { stdout: '/tmp/out' });
    await addInstance(served, { task: tasks[0], status: 'D' });
    await addInstance(served, { task: tasks[2], status: 'D' });
    await addInstance(served, { task: other.tasks[2], status: 'D' });
    const rows = async (query: string) =>
      (await served.ask('GET', `/array/${workflowId}/get_array_tasks?${query}`)).array_tasks;
    assert.deepEqual(await rows('array_name=&job_name=&limit=0'), [
      {
        TASK_ID: tasks[0],
        TASK_NAME: 'prepare_1',
        ARRAY_NAME: 'prepare',
        TASK_INSTANCE_ID: 2,
        OUTPUT_PATH: '',
        ERROR_PATH: '',
      },
      {
        TASK_ID: tasks[2],
        TASK_NAME: 'model_1',
        ARRAY_NAME: 'model',
        TASK_INSTANCE_ID: 1,
        OUTPUT_PATH: '/tmp/out',
        ERROR_PATH: '',
      },
      {
        TASK_ID: tasks[2],
        TASK_NAME: 'model_1',
        ARRAY_NAME: 'model',
        TASK_INSTANCE_ID: 3,
        OUTPUT_PATH: '',
        ERROR_PATH: '',
      },
    ]);
    const instances = async (query: string) =>
      (await rows(query)).map(({ TASK_INSTANCE_ID }: { TASK_INSTANCE_ID: number }) => TASK_INSTANCE_ID);
    assert.deepEqual(await instances('array_name=model'), [1, 3]);
    assert.deepEqual(await instances('array_name=model&limit=1'), [1]);
    assert.deepEqual(await instances('array_name=&job_name=prepare_1'), [2]);
    assert.deepEqual(await instances('array_name=model&job_name=prepare_1'), []);
    assert.deepEqual((await served.ask('GET', '/array/99/get_array_tasks?array_name=')).array_tasks, []);
  });

  test('the name of the array must be given, a negative limit must not', async (context) => {
    const served = await Served.open(context);
    const missing = await served.send('GET', '/array/1/get_array_tasks?job_name=x');
    assert.deepEqual([missing.status, missing.body.detail[0].loc], [422, ['query', 'array_name']]);
    const negative = await served.send('GET', '/array/1/get_array_tasks?array_name=&limit=-1');
    assert.deepEqual([negative.status, negative.body.detail[0].loc], [422, ['query', 'limit']]);
  });
});

describe('the place of a task in the dag', () => {
  test('task_dependencies wraps each neighbour, within the workflow of the task', async (context) => {
    const served = await Served.open(context);
    await bindPipeline(served);
    const { tasks } = await bindPipeline(served, { args: 'same dag' });
    await setTasks(served, [tasks[0]], 'D');
    assert.deepEqual(await served.ask('GET', `/task_dependencies/${tasks[2]}`), {
      up: [[{ id: tasks[0], status: 'D', name: 'prepare_1' }]],
      down: [[{ id: tasks[4], status: 'G', name: 'summary' }]],
    });
    const { up, down } = await served.ask('GET', `/task_dependencies/${tasks[4]}`);
    assert.deepEqual([up.map(([task]: [{ id: number }]) => task.id), down], [[tasks[2], tasks[3]], []]);
    assert.deepEqual(await served.ask('GET', '/task_dependencies/99'), { up: [], down: [] });
  });

  test('tasks_recursive includes the tasks; any direction but up is down; ids may be text', async (context) => {
    const served = await Served.open(context);
    const other = await bindPipeline(served);
    const { tasks } = await bindPipeline(served, { args: 'same dag' });
    const ids = async (direction: string, task_ids: unknown[]) =>
      (await served.ask('PUT', `/tasks_recursive/${direction}`, { task_ids })).task_ids;
    assert.deepEqual(await ids('up', [tasks[2]]), [tasks[0], tasks[2]]);
    assert.deepEqual(await ids('up', [tasks[4]]), tasks);
    assert.deepEqual(await ids('down', [String(tasks[1])]), [tasks[1], tasks[3], tasks[4]]);
    assert.deepEqual(await ids('anything', [tasks[1], tasks[1], 99]), [tasks[1], tasks[3], tasks[4]]);
    for (const task_ids of [[], [99], [tasks[0], other.tasks[0]]]) {
      const { status, body } = await served.send('PUT', '/tasks_recursive/up', { task_ids });
      assert.equal(status, 400);
      assert.equal(body.error.status_code, '400');
    }
    assert.equal((await served.send('PUT', '/tasks_recursive/up', {})).status, 400);
  });

  test('subdag has everything downstream, the tasks too, as far as their letters fit', async (context) => {
    const served = await Served.open(context);
    const other = await bindPipeline(served);
    const { workflowId, tasks } = await bindPipeline(served, { args: 'same dag' });
    await setTasks(served, [tasks[0]], 'D');
    const ask = (body: object) => served.ask('POST', '/task/subdag', body);
    const all = { [tasks[0]]: ['D', 'prepare_1'], [tasks[2]]: ['G', 'model_1'], [tasks[4]]: ['G', 'summary'] };
    for (const task_status of [undefined, null, [], ['D', 'G']]) {
      assert.deepEqual(await ask({ task_ids: [tasks[0]], task_status }), { workflow_id: workflowId, sub_task: all });
    }
    const waiting = await ask({ task_ids: [String(tasks[0])], task_status: ['G'] });
    assert.deepEqual(Object.keys(waiting.sub_task), [String(tasks[2]), String(tasks[4])]);
    assert.deepEqual(await ask({ task_ids: [99] }), { workflow_id: null, sub_task: null });
    for (const body of [{}, { task_ids: [] }, { task_ids: [tasks[0], other.tasks[0]] }, { task_ids: ['x'] }]) {
      assert.equal((await served.send('POST', '/task/subdag', body)).status, 400);
    }
  });
});

describe('the page of a task', () => {
  test('get_task_details_viz has one element, or none for an unknown task', async (context) => {
    const served = await Served.open(context);
    const { workflowId, tasks } = await bindPipeline(served);
    await setTasks(served, [tasks[2]], 'F');
    assert.deepEqual(await served.ask('GET', `/task/get_task_details_viz/${tasks[2]}`), {
      task_details: [
        {
          task_status: 'F',
          workflow_id: workflowId,
          task_name: 'model_1',
          task_command: 'run model_1',
          task_status_date: '1970-01-01T00:00:00',
          task_template_id: 2,
        },
      ],
    });
    assert.deepEqual(await served.ask('GET', '/task/get_task_details_viz/99'), { task_details: [] });
    assert.equal((await served.send('GET', '/task/get_task_details_viz/x')).status, 422);
  });

  test('get_ti_details_viz has a row for each error; usage is a number, or null if it is no number', async (context) => {
    const served = await Served.open(context);
    const { tasks } = await bindPipeline(served);
    await addRun(served, 1);
    const task = tasks[0];
    const failed = await addInstance(served, { task, status: 'E' }, { wallclock: '12.5', maxrss: '2048' });
    await addError(served, failed, 'one');
    await addError(served, failed, 'two');
    await addInstance(served, { task, status: 'D' }, { wallclock: 'soon', maxrss: ' ' });
    await addInstance(served, { task, status: 'D' }, { task_resources_id: 99 });
    const { taskinstances } = await served.ask('GET', `/task/get_ti_details_viz/${task}`);
    const { ti_status_date, ...first } = taskinstances[0];
    assert.match(ti_status_date, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    assert.deepEqual(first, {
      ti_id: failed,
      ti_status: 'ERROR',
      ti_stdout: null,
      ti_stderr: null,
      ti_stdout_log: null,
      ti_stderr_log: null,
      ti_distributor_id: null,
      ti_nodename: null,
      ti_error_log_description: 'one',
      ti_wallclock: 12.5,
      ti_maxrss: 2048,
      ti_resources: '{"cores":2}',
      ti_submit_date: null,
      ti_queue_name: 'null.q',
    });
    type Row = Record<string, unknown>;
    assert.deepEqual(
      taskinstances
        .slice(1)
        .map((row: Row) => [row.ti_id, row.ti_error_log_description, row.ti_wallclock, row.ti_maxrss]),
      [
        [failed, 'two', 12.5, 2048],
        [failed + 1, null, null, null],
      ],
    );
    assert.deepEqual(await served.ask('GET', '/task/get_ti_details_viz/99'), { taskinstances: [] });
  });
});
