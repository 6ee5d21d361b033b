import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addInstance, addRun, bindPipeline, setTasks } from '../pipeline.ts';
import { Served } from '../served.ts';

/** Binds a version of a template that differs from those before it by its command. */
async function addVersion(served: Served, templateId: number, command_template: string): Promise<number> {
  const args = { node_args: [], task_args: [], op_args: [], command_template, arg_mapping_hash: 1 };
  const { task_template_version } = await served.ask('POST', `/task_template/${templateId}/add_version`, args);
  return task_template_version[0];
}

/** Adds a task of a version to a workflow, in an array of its own or in none. */
async function addTask(served: Served, workflow_id: number, versionId: number, hasArray: boolean): Promise<number> {
  return served.database.write(async ({ db, now }) => {
    const node = { task_template_version_id: versionId, node_args_hash: 'more' };
    const { id: node_id } = await db.insertInto('node').values(node).returning('id').executeTakeFirstOrThrow();
    const array = { name: 'more', task_template_version_id: versionId, workflow_id, max_concurrently_running: 3 };
    const array_id = hasArray
      ? (await db.insertInto('array').values(array).returning('id').executeTakeFirstOrThrow()).id
      : null;
    const task = { workflow_id, node_id, array_id, task_args_hash: '1', name: 'more', command: 'true' };
    const rest = { max_attempts: 1, status_date: now };
    const added = await db
      .insertInto('task')
      .values({ ...task, ...rest })
      .returning('id')
      .executeTakeFirstOrThrow();
    return added.id;
  });
}

async function addResources(served: Served, requested_resources: string, queue_id: number | null): Promise<number> {
  return served.database.write(async ({ db }) => {
    const row = { queue_id, task_resources_type_id: 'O', requested_resources };
    return (await db.insertInto('task_resources').values(row).returning('id').executeTakeFirstOrThrow()).id;
  });
}

describe('get_task_template_details', () => {
  test('names the newest version of the template that has a task in the workflow', async (context) => {
    const served = await Served.open(context);
    const { workflowId } = await bindPipeline(served);
    const ask = (template: number, workflow = workflowId) =>
      served.send('GET', `/get_task_template_details?workflow_id=${workflow}&task_template_id=${template}`);
    const first = { task_template_id: 2, task_template_name: 'model', task_template_version_id: 2 };
    assert.deepEqual((await ask(2)).body, first);
    const version = await addVersion(served, 2, 'false');
    assert.deepEqual((await ask(2)).body, first, 'a version without a task in the workflow does not count');
    await addTask(served, workflowId, version, true);
    assert.equal((await ask(2)).body.task_template_version_id, version);
    for (const reply of [await ask(99), await ask(1, 99)]) {
      assert.deepEqual(
        [reply.status, reply.body],
        [404, { detail: 'Task Template not found for the given workflow.' }],
      );
    }
    for (const reply of [await ask(0), await ask(1, 0)]) assert.equal(reply.status, 422);
    assert.equal((await served.send('GET', '/get_task_template_details?workflow_id=1')).status, 422);
  });
});

describe('get_task_template_version', () => {
  test('lists the version of a task, or all of a workflow; the task wins; nothing is an empty list', async (context) => {
    const served = await Served.open(context);
    const { workflowId, tasks } = await bindPipeline(served);
    const ask = async (query: string) =>
      (await served.ask('GET', `/get_task_template_version?${query}`)).task_template_version_ids;
    const all = ['prepare', 'model', 'summary'].map((name, index) => ({ id: index + 1, name }));
    assert.deepEqual(await ask(`workflow_id=${workflowId}`), all);
    assert.deepEqual(await ask(`task_id=${tasks[4]}`), [all[2]]);
    assert.deepEqual(await ask(`task_id=${tasks[4]}&workflow_id=${workflowId}`), [all[2]]);
    for (const query of ['', 'task_id=99', 'workflow_id=99']) assert.deepEqual(await ask(query), []);
    assert.equal((await served.send('GET', '/get_task_template_version?task_id=x')).status, 422);
  });
});

describe('get_requested_cores', () => {
  test('reads num_cores, else cores, else 1, over all tasks of the version; the mean goes to the even side', async (context) => {
    const served = await Served.open(context);
    const { tasks } = await bindPipeline(served);
    const give = async (task: number, text: string) => {
      const task_resources_id = await addResources(served, text, 3);
      await served.database.write(({ db }) =>
        db.updateTable('task').set({ task_resources_id }).where('id', '=', task).execute(),
      );
    };
    const ask = async () =>
      (await served.ask('GET', '/get_requested_cores?task_template_version_ids=(1, 2,3,99)')).core_info;
    assert.deepEqual(
      await ask(),
      [1, 2, 3].map((id) => ({ id, min: 2, max: 2, avg: 2 })),
    );
    await give(tasks[0], '{"num_cores": 4, "cores": 9}');
    await give(tasks[1], '{"cores": "5"}');
    await give(tasks[2], "{'memory': 1, 'note': \"it's\"}");
    await give(tasks[3], '{"cores": 2}');
    await give(tasks[4], '{"cores": "many"}');
    assert.deepEqual(await ask(), [
      { id: 1, min: 4, max: 5, avg: 4 },
      { id: 2, min: 1, max: 2, avg: 2 },
      { id: 3, min: 1, max: 1, avg: 1 },
    ]);
  });
});

test('get_most_popular_queue: the queue of most instances; the lowest id of equals; none without a queue', async (context) => {
  const served = await Served.open(context);
  const { workflowId, tasks, arrays } = await bindPipeline(served);
  const run = await addRun(served, workflowId);
  const [none, second, third] = [
    await addResources(served, '{}', null),
    await addResources(served, '{}', 2),
    await addResources(served, '{}', 3),
  ];
  const add = (task: number, array_id: number, task_resources_id: number) =>
    addInstance(served, { task, run, status: 'D' }, { array_id, task_resources_id });
  for (const resources of [third, third, second, none, none, none]) await add(tasks[0], arrays[0], resources);
  for (const resources of [third, second]) await add(tasks[2], arrays[1], resources);
  await add(tasks[4], arrays[2], none);
  const names = await served.database.read(({ db }) =>
    db.selectFrom('queue').select(['id', 'name']).where('id', 'in', [2, 3]).orderBy('id').execute(),
  );
  const { queue_info } = await served.ask('GET', '/get_most_popular_queue?task_template_version_ids=(1,2,3)');
  assert.deepEqual(queue_info, [
    { id: 1, queue: names[1]?.name, queue_id: 3 },
    { id: 2, queue: names[0]?.name, queue_id: 2 },
  ]);
});

test('version ids come as the text of a tuple; anything else is refused by name', async (context) => {
  const served = await Served.open(context);
  for (const route of ['get_requested_cores', 'get_most_popular_queue']) {
    assert.equal((await served.send('GET', `/${route}`)).status, 422);
    for (const text of ['(1,)', '( 1 , 2 )', '[1]']) {
      assert.equal((await served.send('GET', `/${route}?task_template_version_ids=${text}`)).status, 200, text);
    }
    for (const text of ['', '()', '(x)', '(1,,2)', '1', '(1.5)', '(-1)', '(99999999999999999999)']) {
      const { status, body } = await served.send('GET', `/${route}?task_template_version_ids=${text}`);
      assert.equal(status, 400, text);
      assert.match(body.error.exception_message, /^task_template_version_ids must be written as \(1, 2\), not "/);
    }
  }
});

describe('workflow_tt_status_viz', () => {
  test('groups letters in a way of its own, and counts every task', async (context) => {
    const served = await Served.open(context);
    const { workflowId, tasks } = await bindPipeline(served);
    await served.ask('PUT', `/workflow/${workflowId}/update_array_max_concurrently_running`, {
      task_template_version_id: 2,
      max_tasks: 7,
    });
    const labels = {
      G: 'PENDING',
      E: 'PENDING',
      I: 'SCHEDULED',
      Q: 'SCHEDULED',
      A: 'SCHEDULED',
      O: 'SCHEDULED',
    } as const;
    for (const [letter, label] of Object.entries({ ...labels, R: 'RUNNING', D: 'DONE', F: 'FATAL' } as const)) {
      await setTasks(served, [tasks[2]], letter as 'G', 3);
      await setTasks(served, [tasks[3]], letter as 'G', 0);
      const answer = await served.ask('GET', `/workflow_tt_status_viz/${workflowId}`);
      assert.deepEqual(answer[2], {
        id: 2,
        name: 'model',
        tasks: 2,
        ...{ PENDING: 0, SCHEDULED: 0, RUNNING: 0, DONE: 0, FATAL: 0 },
        [label]: 2,
        MAXC: 7,
        num_attempts_min: 0,
        num_attempts_max: 3,
        num_attempts_avg: 1.5,
        task_template_version_id: 2,
      });
      assert.deepEqual(Object.keys(answer), ['1', '2', '3']);
    }
    assert.deepEqual(await served.ask('GET', '/workflow_tt_status_viz/99'), {});
    assert.equal((await served.send('GET', '/workflow_tt_status_viz/x')).status, 422);
  });

  test('adds up the versions of a template, under the newest; a version without array has no limit', async (context) => {
    const served = await Served.open(context);
    const { workflowId } = await bindPipeline(served);
    const [second, third] = [await addVersion(served, 2, 'false'), await addVersion(served, 3, 'false')];
    await addTask(served, workflowId, second, true);
    await addTask(served, workflowId, third, false);
    const answer = await served.ask('GET', `/workflow_tt_status_viz/${workflowId}`);
    const shown = ({ tasks, PENDING, MAXC, task_template_version_id }: Record<string, unknown>) => [
      tasks,
      PENDING,
      MAXC,
      task_template_version_id,
    ];
    assert.deepEqual(shown(answer[2]), [3, 3, 3, second]);
    assert.deepEqual(shown(answer[3]), [2, 2, 'NA', third]);
  });
});
