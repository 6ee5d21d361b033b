import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  searchWorkflows,
  summariesOf,
  type WorkflowSearch,
} from '../../../../src/server/operations/progress/summaries.ts';
import { timelineOf } from '../../../../src/server/operations/progress/timeline.ts';
import { usageByTemplate, usagePoints } from '../../../../src/server/operations/progress/usage.ts';
import { workflowProgress } from '../../../../src/server/operations/progress/workflow-progress.ts';
import { countTasks } from '../../../../src/server/operations/views/task-counts.ts';
import { type RunningWorkflow, World } from '../../world.ts';

let world: World;
before(async () => {
  world = await World.open();
});
after(() => world.close());

const read = <Result>(work: Parameters<typeof world.services.database.read<Result>>[0]) =>
  world.services.database.read(work);

/** Ten tasks: six were done, ten seconds each and one after the other, one failed, and one runs. */
async function halfDone(): Promise<RunningWorkflow> {
  const workflow = await world.run(await world.bind({ tasks: 10, maxAttempts: 1 }));
  for (const [place, id] of workflow.taskIds.slice(0, 7).entries()) {
    const [instance = 0] = await world.attempt(workflow, 'R', [id]);
    world.advance(10);
    const status = place === 6 ? 'E' : 'D';
    const usage = { wallclock: 10, cpu: 5, maxrss: 2 ** 30 };
    const body = { task_instances: [{ task_instance_id: instance, status, error_description: 'it broke', usage }] };
    await world.call('endTaskInstances', {}, body);
  }
  await world.attempt(workflow, 'R', workflow.taskIds.slice(7, 8));
  return workflow;
}

test('the numbers are those that other views count', async () => {
  const { workflowId, arrayId } = await halfDone();
  const { workflow, templates, rate, runs } = await read((unit) => workflowProgress(unit, workflowId));
  const counts = (await read((unit) => countTasks(unit, [workflowId]))).get(workflowId);
  assert.deepEqual(workflow.tasks, counts);
  assert.deepEqual(counts?.byLabel, { PENDING: 2, SCHEDULED: 0, RUNNING: 1, DONE: 6, FATAL: 1 });
  assert.deepEqual(
    templates.map(({ arrayId: id, tasks, byLabel, runTime }) => [id, tasks, byLabel, runTime]),
    [[arrayId, 10, counts?.byLabel, { median: 10, p95: 10 }]],
  );
  assert.equal(runs, 1);
  assert.equal(rate.run.toFixed(4), (6 / 70).toFixed(4));
  assert.ok(rate.recent > 0.05 && rate.recent < 0.12, String(rate.recent));
});

test('an unknown workflow is named', async () => {
  await assert.rejects(
    read((unit) => workflowProgress(unit, 999_999)),
    /Workflow 999999 does not exist/,
  );
});

test('the revision is another one after each change of a status', async () => {
  const workflow = await world.run(await world.bind({ tasks: 2 }));
  const revision = async () => (await read((unit) => workflowProgress(unit, workflow.workflowId))).revision;
  const seen = [await revision()];
  const [id = 0] = await world.attempt(workflow, 'R', workflow.taskIds.slice(0, 1));
  seen.push(await revision());
  await world.end([id], 'D');
  seen.push(await revision());
  await world.moveRun(workflow.runId, 'E');
  seen.push(await revision());
  const params = { workflow_id: workflow.workflowId };
  await world.call('setWorkflowConcurrency', params, { max_tasks: 3 });
  seen.push(await revision());
  assert.equal(new Set(seen).size, 5, String(seen));
});

test('the timeline counts what ran and what ended, part by part', async () => {
  const { runId } = await halfDone();
  const run = await read(({ db }) =>
    db.selectFrom('workflow_run').select('created_date').where('id', '=', runId).executeTakeFirstOrThrow(),
  );
  world.advance(10);
  const { created_date: from } = run;
  const timeline = await read((unit) => timelineOf(unit, { workflowRunId: runId, from, until: undefined, buckets: 8 }));
  assert.deepEqual(
    timeline.running.map((mean) => Math.round(mean * 100) / 100),
    [1, 1, 1, 1, 1, 1, 1, 1],
  );
  assert.equal(
    timeline.done.reduce((sum, one) => sum + one),
    6,
  );
  assert.equal(
    timeline.failed.reduce((sum, one) => sum + one),
    1,
  );
  assert.equal(timeline.until - timeline.from, 80_000);
  // Parts of no whole number of milliseconds.
  const uneven = await read((unit) => timelineOf(unit, { workflowRunId: runId, from, until: undefined, buckets: 7 }));
  const time = uneven.running.reduce((sum, mean) => sum + (mean * 80_000) / 7, 0);
  assert.deepEqual([Math.round(time), uneven.done.length], [80_000, 7]);
});

test('usage is summed by template, beside what was asked for', async () => {
  const { workflowId, arrayId } = await halfDone();
  const [usage, ...others] = await read((unit) => usageByTemplate(unit, workflowId));
  assert.equal(others.length, 0);
  // 4 GiB and 15 cores for seven attempts of ten seconds; nobody asked for a run time.
  assert.deepEqual(usage, {
    arrayId,
    attempts: 7,
    memory: { asked: 4096 * 70, used: 1024 * 70 },
    cpu: { asked: 15 * 70, used: 35 },
    runTime: null,
  });
  const points = await read((unit) => usagePoints(unit, workflowId, { arrayId, limit: 3 }));
  assert.equal(points.length, 3);
  assert.deepEqual(points[0]?.asked, { memory: 4 * 2 ** 30, runTime: null, cores: 15 });
});

test('usage that nothing can have does not make the sums of others unreadable', async () => {
  const workflow = await world.run(await world.bind({ tasks: 2, maxAttempts: 1 }));
  const usage = { wallclock: 1e308, cpu: 1e308, maxrss: 1e308 };
  for (const id of workflow.taskIds) {
    const [instance = 0] = await world.attempt(workflow, 'R', [id]);
    await world.call('endTaskInstances', {}, { task_instances: [{ task_instance_id: instance, status: 'D', usage }] });
  }
  const [found] = await read((unit) => usageByTemplate(unit, workflow.workflowId));
  assert.equal(found?.attempts, 2);
  for (const amounts of [found?.memory, found?.cpu])
    assert.ok(Number.isFinite(amounts?.used) && Number.isFinite(amounts?.asked));
});

const SEARCH: WorkflowSearch = { users: [], tools: [], statuses: [], text: undefined, before: undefined };

test('workflows are found by status, user, text and page', async () => {
  const [one, two] = [await world.run(await world.bind()), await world.bind()];
  const found = (search: Partial<WorkflowSearch>, limit = 100) =>
    read((unit) => searchWorkflows(unit, { ...SEARCH, ...search }, limit));
  assert.deepEqual((await found({})).slice(0, 2), [two.workflowId, one.workflowId]);
  assert.deepEqual(await found({ before: two.workflowId }, 1), [one.workflowId]);
  assert.equal((await found({ users: ['bee'] }))[0], one.workflowId);
  assert.deepEqual(await found({ users: ['wasp'] }), []);
  assert.equal((await found({ statuses: ['R'] }))[0], one.workflowId);
  assert.deepEqual(await found({ text: `${two.workflowId}` }), [two.workflowId]);
  assert.deepEqual(await found({ text: '%' }), []);
  const [summary] = await read((unit) => summariesOf(unit, [one.workflowId]));
  assert.deepEqual([summary?.run?.user, summary?.run?.lives, summary?.tasks.total], ['bee', true, 1]);
});
