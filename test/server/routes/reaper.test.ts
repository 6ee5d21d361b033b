import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TaskInstanceStatus, WorkflowRunStatus, WorkflowStatus } from '../../../src/core/status.ts';
import { addInstance, addRun, bindPipeline, setTasks, setWorkflow } from '../pipeline.ts';
import { Served } from '../served.ts';

/** Everything that a reaper could change. */
function snapshot(served: Served) {
  return served.database.read(async ({ db }) => ({
    workflows: await db.selectFrom('workflow').selectAll().orderBy('id').execute(),
    runs: await db.selectFrom('workflow_run').selectAll().orderBy('id').execute(),
    tasks: await db.selectFrom('task').selectAll().orderBy('id').execute(),
    instances: await db.selectFrom('task_instance').selectAll().orderBy('id').execute(),
    errors: await db.selectFrom('task_instance_error_log').selectAll().orderBy('id').execute(),
  }));
}

/** A workflow in a status with a run that is overdue. */
async function open(
  context: { after(action: () => unknown): void },
  { run = 'R' as WorkflowRunStatus, workflow = 'R' as WorkflowStatus, deadline = -1000 } = {},
) {
  const served = await Served.open(context);
  const pipeline = await bindPipeline(served);
  await setWorkflow(served, pipeline.workflowId, workflow);
  const runId = await addRun(served, pipeline.workflowId, { status: run, deadline });
  const reap = (id = runId) => served.ask('PUT', `/workflow_run/${id}/reap`, {});
  const statuses = async () => {
    const { runs, workflows } = await snapshot(served);
    return `${runs.at(-1)?.status}/${workflows.at(-1)?.status}`;
  };
  const instance = (task: number, status: TaskInstanceStatus, fields = {}) =>
    addInstance(served, { task: pipeline.tasks[task] ?? 0, run: runId, status }, fields);
  return { served, pipeline, reap, statuses, instance };
}

describe('reap', () => {
  test('ends a linking run as aborted, and a running one as failed with its instances untouched', async (context) => {
    for (const [run, workflow, status, pair] of [
      ['L', 'G', 'A', 'A/A'],
      ['R', 'R', 'E', 'E/F'],
    ] as const) {
      const { served, reap, statuses, instance } = await open(context, { run, workflow });
      await instance(0, 'R');
      const before = await snapshot(served);
      assert.deepEqual(await reap(), { status });
      assert.equal(await statuses(), pair);
      const { runs, workflows, ...rest } = await snapshot(served);
      assert.deepEqual(rest, { tasks: before.tasks, instances: before.instances, errors: [] });
      assert.ok(Number(runs[0]?.status_date) >= Number(before.runs[0]?.status_date));
      assert.notEqual(workflows[0]?.status_date, before.workflows[0]?.status_date);
    }
  });

  test('answers an unknown run, and one that has time left, with an empty status and does nothing', async (context) => {
    const { served, reap } = await open(context, { deadline: 60_000 });
    const before = await snapshot(served);
    assert.deepEqual(await reap(), { status: '' });
    assert.deepEqual(await reap(99), { status: '' });
    assert.deepEqual(await snapshot(served), before);
    assert.equal((await served.send('PUT', '/workflow_run/x/reap', {})).status, 422);
  });

  test('answers every other status with its own letter and does nothing, so it may be repeated', async (context) => {
    for (const run of ['G', 'B', 'I', 'O', 'D', 'S', 'E', 'T', 'A'] as const) {
      const { served, reap, instance } = await open(context, { run });
      await instance(0, 'R');
      const before = await snapshot(served);
      assert.deepEqual(await reap(), { status: run });
      assert.deepEqual(await snapshot(served), before, run);
    }
    const { served, reap } = await open(context);
    await reap();
    const ended = await snapshot(served);
    assert.deepEqual(await reap(), { status: 'E' });
    assert.deepEqual(await snapshot(served), ended);
  });

  test('leaves a status of the workflow that the run did not give it', async (context) => {
    const { reap, statuses } = await open(context, { run: 'R', workflow: 'H' });
    await reap();
    assert.equal(await statuses(), 'E/H');
  });

  test('a run that was told to stop waits for instances that have to die, then is terminated', async (context) => {
    for (const [run, running, remaining] of [
      ['C', 'K', 2],
      ['H', 'R', 1],
    ] as const) {
      const { served, reap, statuses, instance } = await open(context, { run });
      await instance(0, 'Q');
      await instance(1, 'O');
      await instance(2, 'R');
      await instance(3, 'X');
      const letters = async () => (await snapshot(served)).instances.map(({ status }) => status);
      assert.deepEqual(await reap(), { status: run, kill_self_remaining: remaining });
      assert.deepEqual(await letters(), ['F', 'K', running, 'F']);
      assert.equal(await statuses(), `${run}/R`);
      const { errors } = await snapshot(served);
      assert.equal(errors.length, remaining + 2);
      assert.match(String(errors[0]?.description), /^Resume: the run stopped reporting: Q → F/);
      assert.deepEqual(await reap(), { status: run, kill_self_remaining: remaining });
      assert.equal((await snapshot(served)).errors.length, errors.length, 'a repeated request logs nothing');
      await served.database.write(({ db }) =>
        db.updateTable('task_instance').set({ status: 'F' }).where('status', '=', 'K').execute(),
      );
      assert.deepEqual(await reap(), { status: 'T' });
      assert.equal(await statuses(), 'T/H');
    }
  });
});

test('lost_workflow_run lists overdue runs of the statuses that are asked for', async (context) => {
  const { served, pipeline } = await open(context);
  const { workflowId } = pipeline;
  const halted = await addRun(served, workflowId, { status: 'C', deadline: -1 });
  await addRun(served, workflowId, { status: 'R', deadline: 60_000 });
  const ask = async (query: string) => (await served.ask('GET', `/lost_workflow_run?${query}`)).workflow_runs;
  assert.deepEqual(await ask('status=R&status=C&version=3.6.0'), [
    [1, workflowId],
    [halted, workflowId],
  ]);
  assert.deepEqual(await ask('status=C&version='), [[halted, workflowId]]);
  assert.deepEqual(await ask('status=L&status=%3F&version=1'), []);
  for (const query of ['status=R', 'version=1']) {
    assert.equal((await served.send('GET', `/lost_workflow_run?${query}`)).status, 422);
  }
});

test('workflow_name_and_args answers nulls for an unknown workflow', async (context) => {
  const { served, pipeline } = await open(context);
  const ask = (id: number) => served.ask('GET', `/workflow/${id}/workflow_name_and_args`);
  assert.deepEqual(await ask(pipeline.workflowId), { workflow_name: 'bread', workflow_args: 'one' });
  assert.deepEqual(await ask(99), { workflow_name: null, workflow_args: null });
});

describe('fix_status_inconsistency', () => {
  test('calls a failed workflow done if every task is; the answer says where to go on', async (context) => {
    const { served, pipeline } = await open(context, { workflow: 'F', run: 'E' });
    await setTasks(served, pipeline.tasks, 'D');
    const fix = (start: number, increase_step: unknown) =>
      served.ask('PUT', `/workflow/${start}/fix_status_inconsistency`, { increase_step });
    assert.deepEqual(await fix(1, 10), { wfid: 0 });
    assert.equal((await snapshot(served)).workflows[0]?.status, 'F', 'the window begins after its start');
    assert.deepEqual(await fix(0, '1'), { wfid: 1 });
    const { workflows, runs } = await snapshot(served);
    assert.deepEqual([workflows[0]?.status, runs[0]?.status], ['D', 'E']);
  });

  test('refuses a window that is none, and changes nothing', async (context) => {
    const { served, pipeline } = await open(context, { workflow: 'F' });
    await setTasks(served, pipeline.tasks, 'D');
    const before = await snapshot(served);
    for (const [start, body, status] of [
      [0, {}, 400],
      [0, { increase_step: 0 }, 400],
      [0, { increase_step: -5 }, 400],
      [0, { increase_step: 'all' }, 400],
      [-1, { increase_step: 5 }, 422],
    ] as const) {
      assert.equal((await served.send('PUT', `/workflow/${start}/fix_status_inconsistency`, body)).status, status);
    }
    assert.deepEqual(await snapshot(served), before);
  });
});
