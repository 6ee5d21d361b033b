import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addRun, bindPipeline, setTasks, setWorkflow } from '../pipeline.ts';
import { Served } from '../served.ts';

/** Sets columns of a workflow that no route sets. */
async function setColumns(served: Served, id: number, columns: { created_date?: number | null }): Promise<void> {
  await served.database.write(({ db }) => db.updateTable('workflow').set(columns).where('id', '=', id).execute());
}

describe('checks before a change', () => {
  test('workflow_validation: tasks of one workflow that rests', async (context) => {
    const served = await Served.open(context);
    const { workflowId, tasks } = await bindPipeline(served);
    const other = await bindPipeline(served, { args: 'other' });
    const ask = (task_ids: unknown[]) => served.ask('POST', '/workflow_validation', { task_ids });
    assert.deepEqual(await ask([]), { validation: true, workflow_status: null });
    assert.deepEqual(await ask([99]), { validation: false, workflow_status: null });
    assert.deepEqual(await ask([...tasks]), { validation: false, workflow_status: 'G' });
    for (const status of ['F', 'D', 'A', 'H'] as const) {
      await setWorkflow(served, workflowId, status);
      assert.deepEqual(await ask([String(tasks[0]), 99]), { validation: true, workflow_status: status });
    }
    assert.deepEqual(await ask([other.tasks[0], tasks[0]]), { validation: false, workflow_status: 'H' });
    assert.deepEqual(await ask(Array.from({ length: 5000 }, (_, id) => id)), {
      validation: false,
      workflow_status: 'H',
    });
    assert.equal((await served.send('POST', '/workflow_validation', {})).status, 400);
  });

  test('validate_username: some run belongs to exactly that user', async (context) => {
    const served = await Served.open(context);
    const { workflowId } = await bindPipeline(served);
    await addRun(served, workflowId, { user: 'ada' });
    await addRun(served, workflowId, { user: 'bob' });
    const ask = async (user: string, id = workflowId) =>
      (await served.ask('GET', `/workflow/${id}/validate_username/${user}`)).validation;
    assert.deepEqual(
      [await ask('ada'), await ask('bob'), await ask('Ada'), await ask('ada', 99)],
      [true, true, false, false],
    );
  });

  test('validate_for_workflow_reset: the newest run failed and belongs to the user', async (context) => {
    const served = await Served.open(context);
    const { workflowId } = await bindPipeline(served);
    const ask = async (user: string) =>
      (await served.ask('GET', `/workflow/${workflowId}/validate_for_workflow_reset/${user}`)).workflow_run_id;
    assert.equal(await ask('ada'), null);
    for (const status of ['E', 'S', 'T', 'A'] as const) {
      const run = await addRun(served, workflowId, { status });
      assert.deepEqual([await ask('ada'), await ask('bob')], [run, null]);
    }
    for (const status of ['R', 'D', 'C'] as const) {
      await addRun(served, workflowId, { status });
      assert.equal(await ask('ada'), null, 'an older failed run does not count');
    }
  });
});

describe('workflow_status_viz', () => {
  test('counts every workflow that is asked for, unknown ones too', async (context) => {
    const served = await Served.open(context);
    const { workflowId, tasks } = await bindPipeline(served);
    await setTasks(served, [tasks[0], tasks[1]], 'D', 2);
    await setTasks(served, [tasks[2]], 'F', 3);
    await setTasks(served, [tasks[3]], 'O', 1);
    await setTasks(served, [tasks[4]], 'A', 0);
    const zeros = { SCHEDULED: 0, PENDING: 0, RUNNING: 0, DONE: 0, FATAL: 0 };
    assert.deepEqual(await served.ask('GET', `/workflow_status_viz?workflow_ids=${workflowId}&workflow_ids=99`), {
      [workflowId]: {
        id: workflowId,
        tasks: 5,
        ...zeros,
        PENDING: 1,
        SCHEDULED: 1,
        DONE: 2,
        FATAL: 1,
        MAXC: 40,
        num_attempts_avg: 1.6,
        num_attempts_min: 0,
        num_attempts_max: 3,
      },
      99: { id: 99, tasks: 0, ...zeros, MAXC: 0, num_attempts_avg: 0, num_attempts_min: 0, num_attempts_max: 0 },
    });
  });

  test('needs ids', async (context) => {
    const served = await Served.open(context);
    const { status, body } = await served.send('GET', '/workflow_status_viz');
    assert.equal(status, 400);
    assert.match(body.error.exception_message, /workflow_ids/);
    assert.equal((await served.send('GET', '/workflow_status_viz?workflow_ids=x')).status, 422);
  });
});

describe('workflow_overview_viz', () => {
  test('shows the newest first, with all their runs and counts of zero', async (context) => {
    const served = await Served.open(context);
    const { workflowId } = await bindPipeline(served);
    const { workflowId: second } = await bindPipeline(served, { args: 'second', name: null });
    await setColumns(served, workflowId, { created_date: Date.UTC(2026, 10, 23, 16, 7, 20, 500) });
    await setColumns(served, second, { created_date: null });
    await setWorkflow(served, workflowId, 'D');
    await addRun(served, workflowId, { user: 'ada' });
    await addRun(served, workflowId, { user: 'bob' });
    await addRun(served, second);
    const { workflows } = await served.ask('GET', '/workflow_overview_viz?user=bob');
    const counts = { PENDING: 0, SCHEDULED: 0, RUNNING: 0, DONE: 0, FATAL: 0 };
    assert.deepEqual(workflows, [
      {
        wf_id: workflowId,
        wf_name: 'bread',
        wf_submitted_date: '2026-11-23T16:07:20',
        wf_status_date: '1970-01-01T00:00:00',
        wf_args: 'one',
        wfr_count: 2,
        wf_status: 'DONE',
        wf_tool: 'bakery',
        ...counts,
      },
    ]);
    const all = (await served.ask('GET', '/workflow_overview_viz')).workflows;
    assert.deepEqual(
      all.map(({ wf_id, wf_name, wf_submitted_date }: Record<string, unknown>) => [wf_id, wf_name, wf_submitted_date]),
      [
        [second, '', null],
        [workflowId, 'bread', '2026-11-23T16:07:20'],
      ],
    );
  });

  test('every condition narrows; exclusions are of one run; all must hold', async (context) => {
    const served = await Served.open(context);
    const a = await bindPipeline(served, { args: 'a', name: 'rye', attributes: { oven: 'hot', size: '1' } });
    const b = await bindPipeline(served, { args: 'b', name: 'oat', attributes: { oven: 'cold' } });
    const c = await bindPipeline(served, { args: 'c', name: 'oat', tool: 'mill' });
    await setWorkflow(served, a.workflowId, 'D');
    await setWorkflow(served, b.workflowId, 'F');
    await addRun(served, a.workflowId, { user: 'ada' });
    await addRun(served, a.workflowId, { user: 'bob' });
    await addRun(served, b.workflowId, { user: 'bob' });
    await addRun(served, c.workflowId, { user: 'cyd' });
    const names = new Map([a, b, c].map(({ workflowId }, index) => [workflowId, 'abc'[index]]));
    const found = async (query: string) => {
      const { workflows } = await served.ask('GET', `/workflow_overview_viz?${query}`);
      return workflows.map(({ wf_id }: { wf_id: number }) => names.get(wf_id)).join('');
    };
    const cases: Record<string, string> = {
      '': 'cba',
      'user=&tool=&status=&wf_id=&wf_name=&wf_args=&date_submitted=&date_submitted_end=&user!=': 'cba',
      'user=bob': 'ba',
      'user=ada, cyd,,': 'ca',
      'user=!bob': '',
      'user!=bob': 'ca',
      'user%21=bob,cyd': 'a',
      'user!=bob&user!=ada': 'c',
      'user=ada,bob&user!=bob': 'a',
      'tool=bakery': 'ba',
      'tool!=bakery': 'c',
      'tool=bakery,mill&status=D,F': 'ba',
      'status=F': 'b',
      'status!=F,D': 'c',
      'status=DONE': '',
      'wf_name=oat': 'cb',
      'wf_name=oat,rye': '',
      'wf_args=a': 'a',
      'wf_attribute_key=oven': 'ba',
      'wf_attribute_value=hot': 'a',
      'wf_attribute_key=oven&wf_attribute_value=cold': 'b',
      'wf_attribute_key=size&wf_attribute_value=hot': '',
      [`wf_id=${b.workflowId}`]: 'b',
      'wf_id=99': '',
      'wf_id=b': '',
      [`wf_id=${b.workflowId}&user=ada`]: '',
      'anything=else&client_jobmon_version=3.6.0': 'cba',
    };
    for (const [query, expected] of Object.entries(cases)) assert.equal(await found(query), expected, query);
  });

  test('dates include both ends, by whole seconds, in either form', async (context) => {
    const served = await Served.open(context);
    const { workflowId } = await bindPipeline(served);
    await addRun(served, workflowId);
    await setColumns(served, workflowId, { created_date: Date.UTC(2026, 10, 23, 16, 7, 20, 500) });
    const isFound = async (query: string) =>
      (await served.ask('GET', `/workflow_overview_viz?${query}`)).workflows.length === 1;
    const cases: Record<string, boolean> = {
      'date_submitted=2026-11-23': true,
      'date_submitted=2026-11-24': false,
      'date_submitted_end=2026-11-23': false,
      'date_submitted_end=2026-11-24': true,
      'date_submitted=2026-11-23&date_submitted_end=2026-11-24': true,
      'date_submitted=2026-11-23T16:07:20&date_submitted_end=2026-11-23 16:07:20': true,
      'date_submitted=2026-11-23 16:07:21': false,
      'date_submitted_end=2026-11-23T16:07:19': false,
      'date_submitted=2026-11-23T16:07': true,
      'date_submitted=2026-11-23T16:08': false,
    };
    for (const [query, expected] of Object.entries(cases)) assert.equal(await isFound(query), expected, query);
    const { status, body } = await served.send('GET', '/workflow_overview_viz?date_submitted_end=today');
    assert.equal(status, 400);
    assert.match(body.error.exception_message, /date_submitted_end .*"today"/);
  });

  test('hides what never ran, and what has tasks on the dummy cluster only', async (context) => {
    const served = await Served.open(context);
    const dummy = await bindPipeline(served, { args: 'dummy', queue: 1 });
    await bindPipeline(served, { args: 'never ran' });
    await addRun(served, dummy.workflowId);
    assert.deepEqual(await served.ask('GET', '/workflow_overview_viz'), { workflows: [] });
  });
});

describe('task_table_viz', () => {
  test('lists the tasks of a template, dates with a space; ours: page by page', async (context) => {
    const served = await Served.open(context);
    await bindPipeline(served);
    const { workflowId, tasks } = await bindPipeline(served, { args: 'same nodes' });
    await setTasks(served, [tasks[2]], 'F', 2);
    const ask = (query: string) => served.ask('GET', `/task_table_viz/${workflowId}?${query}`);
    const { tasks: rows } = await ask('tt_name=model');
    assert.deepEqual(rows[0], {
      task_id: tasks[2],
      task_name: 'model_1',
      task_status: 'FATAL',
      task_command: 'run model_1',
      task_num_attempts: 2,
      task_status_date: '1970-01-01 00:00:00',
      task_max_attempts: 3,
    });
    const ids = async (query: string) => (await ask(query)).tasks.map(({ task_id }: { task_id: number }) => task_id);
    assert.deepEqual(await ids('tt_name=model'), [tasks[2], tasks[3]]);
    assert.deepEqual(await ids('tt_name=model&limit=1'), [tasks[2]]);
    assert.deepEqual(await ids(`tt_name=model&limit=1&after_task_id=${tasks[2]}`), [tasks[3]]);
    assert.deepEqual(await ids('tt_name=Model'), []);
    assert.deepEqual(await served.ask('GET', '/task_table_viz/99?tt_name=model'), { tasks: [] });
    assert.equal((await served.send('GET', `/task_table_viz/${workflowId}`)).status, 422);
    assert.equal((await served.send('GET', `/task_table_viz/${workflowId}?tt_name=model&limit=0`)).status, 422);
  });
});

describe('workflow_details_viz', () => {
  test('shows the newest run, and nothing without one', async (context) => {
    const served = await Served.open(context);
    const { workflowId } = await bindPipeline(served, { name: null });
    assert.deepEqual(await served.ask('GET', `/workflow_details_viz/${workflowId}`), []);
    assert.deepEqual(await served.ask('GET', '/workflow_details_viz/99'), []);
    await setWorkflow(served, workflowId, 'F');
    await setColumns(served, workflowId, { created_date: null });
    await addRun(served, workflowId, { user: 'ada', status: 'E' });
    await addRun(served, workflowId, { user: 'bob', status: 'R' });
    const answer = await served.ask('GET', `/workflow_details_viz/${workflowId}`);
    assert.equal(answer.length, 1);
    const { wfr_heartbeat_date, ...details } = answer[0];
    assert.match(wfr_heartbeat_date, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    assert.deepEqual(details, {
      wf_name: '',
      wf_args: 'one',
      wf_created_date: '',
      wf_status_date: '1970-01-01T00:00:00',
      tool_name: 'bakery',
      wf_status: 'F',
      wf_status_desc: 'The last run failed or was stopped.',
      wfr_jobmon_version: '3.6.0',
      wfr_user: 'bob',
    });
  });
});
