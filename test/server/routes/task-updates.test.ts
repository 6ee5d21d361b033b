import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { TASK_INSTANCE_STATUSES, type TaskInstanceStatus, WORKFLOW_STATUSES } from '../../../src/core/status.ts';
import { addInstance, addRun, bindPipeline, setTasks, setWorkflow } from '../pipeline.ts';
import { type Reply, Served } from '../served.ts';

const URL = '/task/update_statuses';

/** All that an update may change. */
function readState(served: Served) {
  return served.database.read(async ({ db }) => ({
    tasks: await db
      .selectFrom('task')
      .select(['id', 'status', 'num_attempts', 'status_date', 'revision'])
      .orderBy('id')
      .execute(),
    instances: await db.selectFrom('task_instance').select(['id', 'status', 'revision']).orderBy('id').execute(),
    workflows: await db
      .selectFrom('workflow')
      .select(['id', 'status', 'status_date', 'revision'])
      .orderBy('id')
      .execute(),
    runs: await db.selectFrom('workflow_run').select(['id', 'status', 'revision']).orderBy('id').execute(),
    errors: await db
      .selectFrom('task_instance_error_log')
      .select(['task_instance_id', 'description'])
      .orderBy('id')
      .execute(),
  }));
}

async function letters(served: Served): Promise<string> {
  return (await readState(served)).tasks.map(({ status }) => status).join('');
}

async function workflowStatus(served: Served, id = 1): Promise<string | undefined> {
  return (await readState(served)).workflows.find((workflow) => workflow.id === id)?.status;
}

/** Starts to wait for changes of the workflow after the present ones. */
async function watch(
  served: Served,
  workflowId: number,
  workflow_run_id: number,
): Promise<() => Promise<Reply['body']>> {
  const ask = async (cursor: number, wait_seconds: number) => {
    const { body } = await served.inject({
      method: 'POST',
      url: `/api/skep/workflow/${workflowId}/changes`,
      headers: { authorization: 'Bearer secret' },
      payload: JSON.stringify({ cursor, wait_seconds, workflow_run_id }),
    });
    return body;
  };
  const { cursor } = await ask(0, 0);
  const waiting = ask(cursor, 30);
  return () => waiting;
}

describe('update_statuses to done', () => {
  test('changes what differs, with date and revision, and wakes whoever waits', async (context) => {
    const served = await Served.open(context);
    const { workflowId, tasks } = await bindPipeline(served);
    const run = await addRun(served, workflowId);
    await setTasks(served, [tasks[0]], 'D', 2);
    await setTasks(served, [tasks[1]], 'F', 3);
    const changes = await watch(served, workflowId, run);
    const body = { workflow_id: workflowId, task_ids: [tasks[0], tasks[1], String(tasks[1])], new_status: 'D' };
    assert.deepEqual(await served.ask('PUT', URL, { ...body, workflow_status: null }), {
      message: 'updated to status D',
    });
    const [first, second] = (await readState(served)).tasks;
    assert.deepEqual([first?.status, first?.status_date, first?.num_attempts], ['D', 1, 2]);
    assert.deepEqual([second?.status, second?.num_attempts], ['D', 3]);
    assert.ok((second?.status_date ?? 0) > 1);
    assert.deepEqual((await changes()).tasks_by_status, { D: [tasks[1]] });
    const before = await readState(served);
    await served.ask('PUT', URL, body);
    assert.deepEqual(await readState(served), before, 'sent twice, it changes nothing more');
  });

  test('recursive: everything upstream too; the workflow is done with its last task, whatever it was', async (context) => {
    const served = await Served.open(context);
    const { workflowId, tasks } = await bindPipeline(served);
    const update = { workflow_id: String(workflowId), new_status: 'D', recursive: true };
    await served.ask('PUT', URL, { ...update, task_ids: [tasks[2]] });
    assert.equal(await letters(served), 'DGDGG');
    assert.equal(await workflowStatus(served), 'G');
    await served.ask('PUT', URL, { ...update, task_ids: [String(tasks[4])] });
    assert.equal(await letters(served), 'DDDDD');
    assert.equal(await workflowStatus(served), 'D');
  });

  test('leaves workflows alone that share the dag', async (context) => {
    const served = await Served.open(context);
    const { workflowId, tasks } = await bindPipeline(served);
    await bindPipeline(served, { args: 'same dag' });
    await served.ask('PUT', URL, { workflow_id: workflowId, task_ids: [tasks[4]], new_status: 'D', recursive: true });
    assert.equal(await letters(served), 'DDDDDGGGGG');
  });
});

describe('update_statuses to be run again', () => {
  test('gives all attempts back; a done workflow fails; recursive: everything downstream too', async (context) => {
    const served = await Served.open(context);
    const { workflowId, tasks } = await bindPipeline(served);
    await addRun(served, workflowId, { status: 'D' });
    await setTasks(served, tasks, 'D', 2);
    await setWorkflow(served, workflowId, 'D');
    const update = { workflow_id: workflowId, new_status: 'G' };
    await served.ask('PUT', URL, { ...update, task_ids: tasks[4] });
    assert.equal(await letters(served), 'DDDDG');
    assert.equal(await workflowStatus(served), 'F');
    await served.ask('PUT', URL, { ...update, task_ids: [tasks[1]], recursive: true });
    const state = await readState(served);
    assert.equal(state.tasks.map(({ status }) => status).join(''), 'DGDGG');
    assert.deepEqual(
      state.tasks.map(({ num_attempts }) => num_attempts),
      [2, 0, 2, 0, 0],
    );
    assert.ok((state.workflows[0]?.status_date ?? 0) > 1);
  });

  test('all means every task, and needs no run', async (context) => {
    const served = await Served.open(context);
    const { workflowId, tasks } = await bindPipeline(served);
    await bindPipeline(served, { args: 'other' });
    await setTasks(served, tasks, 'F', 3);
    await setWorkflow(served, workflowId, 'F');
    await served.ask('PUT', URL, { workflow_id: workflowId, task_ids: 'all', new_status: 'G', recursive: true });
    assert.equal(await letters(served), 'GGGGGGGGGG');
    assert.equal(await workflowStatus(served), 'F');
  });

  test('a live run is told to end every open attempt', async (context) => {
    const served = await Served.open(context);
    const { workflowId, tasks } = await bindPipeline(served);
    const run = await addRun(served, workflowId);
    await setWorkflow(served, workflowId, 'R');
    await setTasks(served, [tasks[4]], 'R');
    const all = Object.keys(TASK_INSTANCE_STATUSES) as TaskInstanceStatus[];
    for (const status of all) await addInstance(served, { task: tasks[4], run, status });
    const other = await addInstance(served, { task: tasks[0], run, status: 'R' });
    await served.ask('PUT', URL, { workflow_id: workflowId, task_ids: [tasks[4]], new_status: 'G' });
    const { instances, errors } = await readState(served);
    const after = Object.fromEntries(all.map((status, index) => [status, instances[index]?.status]));
    const killed = { Q: 'K', I: 'K', O: 'K', R: 'K', T: 'K', X: 'K' };
    assert.deepEqual(after, { ...Object.fromEntries(all.map((status) => [status, status])), ...killed });
    assert.equal(instances.find(({ id }) => id === other)?.status, 'R');
    assert.equal(errors.length, 6);
    assert.match(errors[0]?.description ?? '', /^The task was set to run again: . → K\.$/);
  });

  test('of a dead run, only what still gives signs of life is told; the rest is dead', async (context) => {
    const served = await Served.open(context);
    const { workflowId, tasks } = await bindPipeline(served);
    const run = await addRun(served, workflowId, { status: 'E' });
    await setWorkflow(served, workflowId, 'F');
    await setTasks(served, tasks, 'R');
    await addInstance(served, { task: tasks[0], run, status: 'R' }, { report_by_date: Date.now() + 60_000 });
    await addInstance(served, { task: tasks[1], run, status: 'R' }, { report_by_date: 1 });
    await addInstance(served, { task: tasks[2], run, status: 'Q' });
    await served.ask('PUT', URL, { workflow_id: workflowId, task_ids: 'all', new_status: 'G' });
    const { instances } = await readState(served);
    assert.equal(instances.map(({ status }) => status).join(''), 'KFF');
  });
});

describe('update_statuses refuses', () => {
  const CORS = {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'PUT, OPTIONS',
    'access-control-allow-headers': '*',
  };

  /** Sends what must be refused, and sees that it changes nothing and is answered in the form of this route. */
  async function refused(served: Served, body: unknown): Promise<string> {
    const before = await readState(served);
    const reply = await served.send('PUT', URL, body);
    assert.equal(reply.status, 400, JSON.stringify(body));
    assert.equal(reply.headers['content-type'], 'application/json; charset=utf-8');
    for (const [name, value] of Object.entries(CORS)) assert.equal(reply.headers[name], value);
    assert.deepEqual(Object.keys(reply.body), ['detail']);
    assert.deepEqual(await readState(served), before);
    return reply.body.detail;
  }

  test('what is no request of this route', async (context) => {
    const served = await Served.open(context);
    const { workflowId, tasks } = await bindPipeline(served);
    const good = { workflow_id: workflowId, task_ids: [...tasks], new_status: 'G' };
    assert.match(await refused(served, {}), /lacks workflow_id/);
    assert.match(await refused(served, { ...good, task_ids: undefined }), /lacks task_ids/);
    assert.match(await refused(served, { ...good, new_status: undefined }), /lacks new_status/);
    assert.match(await refused(served, { ...good, task_ids: 'some' }), /task_ids .*"all", not "some"/);
    assert.match(await refused(served, { ...good, task_ids: ['x'] }), /task_ids/);
    assert.match(await refused(served, { ...good, new_status: 'R' }), /new_status must be D or G, not "R"/);
    assert.match(await refused(served, { ...good, recursive: 'yes' }), /recursive/);
    assert.match(await refused(served, '{"workflow_id": '), /not valid JSON/);
    assert.match(await refused(served, '[]'), /JSON object/);
  });

  test('tasks that are not those of the workflow', async (context) => {
    const served = await Served.open(context);
    const { workflowId, tasks } = await bindPipeline(served);
    const other = await bindPipeline(served, { args: 'other' });
    const update = { workflow_id: workflowId, new_status: 'D' };
    const foreign = await refused(served, { ...update, task_ids: [tasks[0], other.tasks[0]] });
    assert.match(foreign, /Task status cannot be updated because the tasks belong to multiple workflows/);
    assert.match(
      await refused(served, { ...update, task_ids: [other.tasks[0]] }),
      /belong to workflow 2, not to workflow 1/,
    );
    assert.match(await refused(served, { ...update, task_ids: [99] }), /no task that exists/);
    assert.match(
      await refused(served, { workflow_id: 99, new_status: 'D', task_ids: 'all' }),
      /workflow 99 does not exist/,
    );
    assert.match(
      await refused(served, { workflow_id: 99, new_status: 'D', task_ids: [] }),
      /workflow 99 does not exist/,
    );
  });

  test('all tasks of a workflow that has none', async (context) => {
    const served = await Served.open(context);
    const { workflow_id } = await served.ask('POST', '/workflow', {
      tool_version_id: 1,
      dag_id: 1,
      workflow_args_hash: 1,
      task_hash: 1,
      description: null,
      name: 'empty',
      workflow_args: '',
      max_concurrently_running: 1,
      workflow_attributes: {},
    });
    assert.match(await refused(served, { workflow_id, task_ids: 'all', new_status: 'D' }), /workflow 1 has no tasks/);
    await served.ask('PUT', URL, { workflow_id, task_ids: [], new_status: 'D' });
    assert.equal(await workflowStatus(served), 'G', 'a workflow without tasks is not done');
  });

  test('while a run is at work on what directly depends on the tasks', async (context) => {
    const served = await Served.open(context);
    const { workflowId, tasks } = await bindPipeline(served);
    await addRun(served, workflowId);
    const update = { workflow_id: workflowId, task_ids: [tasks[0]], new_status: 'G', recursive: true };
    for (const status of Object.keys(WORKFLOW_STATUSES) as (keyof typeof WORKFLOW_STATUSES)[]) {
      await setWorkflow(served, workflowId, status);
      await setTasks(served, tasks, 'D');
      if (['F', 'D', 'A', 'H'].includes(status)) {
        await served.ask('PUT', URL, update);
      } else {
        assert.match(await refused(served, update), new RegExp(`workflow 1 is ${WORKFLOW_STATUSES[status].label}`));
        assert.match(
          await refused(served, { ...update, task_ids: 'all' }),
          /which depends on one of the tasks, is DONE/,
        );
      }
    }
    await setWorkflow(served, workflowId, 'R');
    for (const status of ['G', 'I', 'Q'] as const) {
      await setTasks(served, [tasks[2]], status);
      await served.ask('PUT', URL, { ...update, recursive: false });
    }
  });

  test('without a token, in the same form', async (context) => {
    const served = await Served.open(context);
    const reply = await served.inject({ method: 'PUT', url: `/api/v3${URL}`, payload: '{}' });
    assert.deepEqual([reply.status, reply.body], [401, { detail: 'Unauthorized' }]);
    assert.equal(reply.headers['access-control-allow-origin'], '*');
  });

  test('what fails for an unforeseen reason, after the tasks were written, is undone as a whole', async (context) => {
    const served = await Served.open(context);
    const { workflowId, tasks } = await bindPipeline(served);
    const run = await addRun(served, workflowId, { status: 'D' });
    await setTasks(served, tasks, 'D');
    await setWorkflow(served, workflowId, 'D');
    await addInstance(served, { task: tasks[4], run, status: 'R' });
    const { workflowId: other } = await bindPipeline(served, { args: 'other' });
    await setWorkflow(served, other, 'F');
    // Nobody foresees that two workflows must not have failed.
    await served.database.write(({ db }) => sql`create unique index refusal on workflow (status)`.execute(db));
    const before = await readState(served);
    const reply = await served.send('PUT', URL, { workflow_id: workflowId, task_ids: [tasks[4]], new_status: 'G' });
    assert.equal(reply.status, 500);
    assert.match(reply.body.detail, /unique/i);
    assert.equal(reply.headers['access-control-allow-origin'], '*');
    assert.deepEqual(await readState(served), before);
  });

  test('no other route lets pages of other origins in', async (context) => {
    const served = await Served.open(context);
    const { headers } = await served.send('GET', '/health');
    assert.equal(headers['access-control-allow-origin'], undefined);
  });
});

test('an empty list changes nothing but a workflow whose tasks are all done', async (context) => {
  const served = await Served.open(context);
  const { workflowId, tasks } = await bindPipeline(served);
  const reply = await served.send('PUT', URL, { workflow_id: workflowId, task_ids: [], new_status: 'D' });
  assert.deepEqual(reply.body, { message: 'updated to status D' });
  assert.equal(reply.headers['access-control-allow-origin'], '*');
  assert.equal(await workflowStatus(served), 'G');
  await setTasks(served, tasks, 'D');
  await served.ask('PUT', URL, { workflow_id: workflowId, task_ids: [], new_status: 'D' });
  assert.equal(await workflowStatus(served), 'D');
  await served.ask('PUT', URL, { workflow_id: workflowId, task_ids: [], new_status: 'G' });
  assert.equal(await workflowStatus(served), 'D');
});

describe('reset', () => {
  const reset = (served: Served, id: number, body: unknown = {}) => served.ask('PUT', `/workflow/${id}/reset`, body);

  test('makes all tasks and the workflow as new; partial spares the done ones', async (context) => {
    const served = await Served.open(context);
    const { workflowId, tasks } = await bindPipeline(served);
    const run = await addRun(served, workflowId, { status: 'E' });
    await setTasks(served, tasks, 'D', 2);
    await setTasks(served, [tasks[3]], 'F', 3);
    await setTasks(served, [tasks[4]], 'G', 0);
    await setWorkflow(served, workflowId, 'F');
    const changes = await watch(served, workflowId, run);
    assert.deepEqual(await reset(served, workflowId, { partial_reset: true }), {});
    assert.deepEqual((await changes()).tasks_by_status, { G: [tasks[3]] });
    assert.equal(await letters(served), 'DDDGG');
    assert.equal(await workflowStatus(served), 'G');
    await setWorkflow(served, workflowId, 'D');
    await reset(served, workflowId, { partial_reset: false });
    const { tasks: rows, workflows } = await readState(served);
    assert.deepEqual(
      rows.map(({ status, num_attempts }) => [status, num_attempts]),
      rows.map(() => ['G', 0]),
    );
    assert.deepEqual([rows[4]?.status_date, workflows[0]?.status], [1, 'G']);
    assert.ok((workflows[0]?.status_date ?? 0) > 1);
  });

  test('ends runs that were told to stop and are silent, whatever the workflow is; others stay', async (context) => {
    const served = await Served.open(context);
    for (const status of Object.keys(WORKFLOW_STATUSES) as (keyof typeof WORKFLOW_STATUSES)[]) {
      const { workflowId } = await bindPipeline(served, { args: status });
      await setWorkflow(served, workflowId, status);
      await addRun(served, workflowId, { status: 'C', deadline: -1000 });
      await addRun(served, workflowId, { status: 'H', deadline: 60_000 });
      await reset(served, workflowId);
      assert.equal(await workflowStatus(served, workflowId), 'G', status);
    }
    const { runs } = await readState(served);
    assert.equal(runs.map(({ status }) => status).join(''), 'TH'.repeat(9));
  });

  test('leaves no attempt open at a task that starts anew', async (context) => {
    const served = await Served.open(context);
    const { workflowId, tasks } = await bindPipeline(served);
    const run = await addRun(served, workflowId, { status: 'E' });
    await setTasks(served, [tasks[0]], 'R');
    await setTasks(served, [tasks[1]], 'D');
    await addInstance(served, { task: tasks[0], run, status: 'R' }, { report_by_date: 1 });
    await addInstance(served, { task: tasks[1], run, status: 'X' });
    await reset(served, workflowId, { partial_reset: true });
    assert.equal((await readState(served)).instances.map(({ status }) => status).join(''), 'FX');
  });

  test('of an unknown workflow is no error, of a flag that is none it is', async (context) => {
    const served = await Served.open(context);
    const { workflowId } = await bindPipeline(served);
    const before = await readState(served);
    assert.deepEqual(await reset(served, 99), {});
    assert.equal((await served.send('PUT', `/workflow/${workflowId}/reset`, { partial_reset: 'x' })).status, 400);
    assert.equal((await served.send('PUT', `/workflow/${workflowId}/reset`, '[]')).status, 400);
    assert.equal((await served.send('PUT', '/workflow/x/reset', {})).status, 422);
    assert.deepEqual(await readState(served), before);
  });
});
