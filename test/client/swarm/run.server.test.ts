/** Runs against the real server, in this process; a distributor of the test plays the tasks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routes } from '../../../src/api/routes.ts';
import { SwarmBuilder } from '../../../src/client/swarm/builder.ts';
import { StateUpdate } from '../../../src/client/swarm/state-update.ts';
import { TaskFlow } from '../../../src/client/swarm/task-flow.ts';
import { silentLog } from '../../../src/core/log.ts';
import { snapshot } from '../../support/swarm.ts';
import { SwarmStage } from '../../support/swarm-stage.ts';

const done = () => 'D' as const;
const chainOf = (count: number) => Array.from({ length: count - 1 }, (_, index) => [index + 1, index + 2] as const);

test('R5: three upstreams, three dependents on all of them, with a feed and by polling', async (context) => {
  const stage = await SwarmStage.open(context);
  const edges = [1, 2, 3].flatMap((from) => [4, 5, 6].map((to) => [from, to] as const));
  for (const requester of [stage.requester, stage.plainRequester]) {
    const workflow = await stage.bind({ count: 6, edges });
    const { result, started } = await stage.run(workflow, done, { requester });
    assert.deepEqual([result.finalStatus, result.doneCount], ['D', 6]);
    assert.deepEqual(new Set(started.slice(0, 3)), new Set(['t1', 't2', 't3']));
  }
});

test('a chain of quick tasks takes milliseconds a task', async (context) => {
  const stage = await SwarmStage.open(context);
  const workflow = await stage.bind({ count: 30, edges: chainOf(30) });
  const { result } = await stage.run(workflow, done);
  assert.equal(result.doneCount, 30);
  context.diagnostic(`${((1000 * result.elapsedTime) / 30).toFixed(1)} ms a task`);
});

test('a thousand tasks at once', async (context) => {
  const stage = await SwarmStage.open(context);
  const workflow = await stage.bind({ count: 1000 });
  const { result } = await stage.run(workflow, done);
  assert.equal(result.doneCount, 1000);
  context.diagnostic(`${result.elapsedTime.toFixed(2)} s`);
});

test('R2, R6: a failed task fails the run; its dependent stays registered, an unrelated task is done', async (context) => {
  const stage = await SwarmStage.open(context);
  const workflow = await stage.bind({ count: 3, edges: [[1, 2]] });
  const { result, runId } = await stage.run(workflow, (name) => (name === 't1' ? 'E' : 'D'));
  assert.deepEqual([result.finalStatus, await stage.statusOfRun(runId)], ['E', 'E']);
  assert.deepEqual([...result.taskFinalStatuses.values()], ['F', 'G', 'D']);
});

test('a task that fails is tried again, and one out of a resource with more of it', async (context) => {
  const stage = await SwarmStage.open(context);
  const workflow = await stage.bind({ count: 2, maxAttempts: 3 });
  const play = (name: string, attempt: number) => (attempt === 3 ? 'D' : name === 't1' ? 'E' : 'Z');
  const { result, started } = await stage.run(workflow, play);
  assert.deepEqual([result.finalStatus, started.length], ['D', 6]);
});

test('R1: the timeout names its seconds, and the workflow can be resumed to its end', async (context) => {
  const stage = await SwarmStage.open(context);
  const workflow = await stage.bind({ count: 2, edges: [[1, 2]] });
  const running = stage.run(workflow, () => undefined, { timeout: 0.3 });
  await assert.rejects(running, { code: 'run_timeout', message: /0\.3 seconds/ });
});

test('R4: fail-fast ends early with a result', async (context) => {
  const stage = await SwarmStage.open(context);
  const workflow = await stage.bind({ count: 5, edges: chainOf(5) });
  const play = (name: string) => (name === 't3' ? 'E' : 'D');
  const { result } = await stage.run(workflow, play, { config: { failFast: true } });
  assert.deepEqual([result.finalStatus, result.failedCount, result.doneCount], ['E', 1, 2]);
});

test('R3: a change that the server does not know to be one is found by full syncs', async (context) => {
  const stage = await SwarmStage.open(context);
  for (const requester of [stage.requester, stage.plainRequester]) {
    const workflow = await stage.bind({ count: 1 });
    const config = { wedgedWorkflowSyncInterval: -1 };
    const running = stage.run(workflow, () => undefined, { requester, config });
    await stage.until(workflow, { 1: 'R' });
    const [task] = workflow.tasks;
    await stage.database.write(({ db }) =>
      db
        .updateTable('task')
        .set({ status: 'D' })
        .where('id', '=', task?.taskId ?? 0)
        .execute(),
    );
    assert.equal((await running).result.finalStatus, 'D');
  }
});

test('R7, R11: a cold resume ends the run with T; the next one does the rest', async (context) => {
  const stage = await SwarmStage.open(context);
  for (const requester of [stage.requester, stage.plainRequester]) {
    const workflow = await stage.bind({
      count: 3,
      edges: [
        [1, 2],
        [2, 3],
      ],
    });
    const params = { workflow_id: workflow.workflowId };
    const running = stage.run(workflow, (name) => (name === 't2' ? undefined : 'D'), { requester });
    await stage.until(workflow, { 2: 'R' });
    await stage.requester.call(routes.setResume, { params, body: { reset_running_jobs: true } });
    await killed(stage);
    const { result, runId } = await running;
    assert.deepEqual([result.finalStatus, await stage.statusOfRun(runId)], ['T', 'T']);
    assert.deepEqual([...result.taskFinalStatuses.values()], ['D', 'F', 'G']);
    await stage.requester.call(routes.setResumeState, { params, body: { reset_if_running: true } });
    const resumed = await stage.resume(workflow.workflowId, done);
    assert.deepEqual([resumed.result.finalStatus, resumed.result.totalTasks], ['D', 2]);
    assert.deepEqual(resumed.started, ['t2', 't3']);
  }
});

test('R11: a hot resume leaves the running task, and ends the run with T', async (context) => {
  const stage = await SwarmStage.open(context);
  const workflow = await stage.bind({ count: 2, edges: [[1, 2]] });
  const params = { workflow_id: workflow.workflowId };
  const running = stage.run(workflow, () => undefined);
  await stage.until(workflow, { 1: 'R' });
  await stage.requester.call(routes.setResume, { params, body: { reset_running_jobs: false } });
  const { result } = await running;
  assert.deepEqual([result.finalStatus, result.taskFinalStatuses.get(workflow.tasks[0]?.taskId ?? 0)], ['T', 'R']);
});

test('R10: an interrupted run is stopped, and can be resumed to its end', async (context) => {
  const stage = await SwarmStage.open(context);
  const workflow = await stage.bind({ count: 2, edges: [[1, 2]] });
  const stop = new AbortController();
  let runId = 0;
  const play = (name: string) => (name === 't2' ? undefined : ('D' as const));
  const running = stage.run(workflow, play, { signal: stop.signal }).catch((error: unknown) => error);
  await stage.until(workflow, { 2: 'R' });
  const newest = await stage.database.read(({ db }) =>
    db.selectFrom('workflow_run').select('id').orderBy('id', 'desc').executeTakeFirstOrThrow(),
  );
  runId = newest.id;
  stop.abort();
  assert.equal(((await running) as { code?: string }).code, 'run_interrupted');
  assert.equal(await stage.statusOfRun(runId), 'S');
  const params = { workflow_id: workflow.workflowId };
  await stage.requester.call(routes.setResumeState, { params, body: { reset_if_running: true } });
  assert.equal((await stage.resume(workflow.workflowId, done)).result.finalStatus, 'D');
});

test('Q11: limits of the workflow and of the array hold, and raising them at run time lets more be launched', async (context) => {
  const stage = await SwarmStage.open(context);
  for (const [limits, launched] of [
    [[10], 10],
    [[2], 2],
    [[10_000, 2], 2],
    [[2, 10_000], 2],
    [[2, 3], 2],
    [[3, 2], 2],
  ] as const) {
    const workflow = await stage.bind({ count: 20, limits });
    const stop = new AbortController();
    const running = stage.run(workflow, () => undefined, { signal: stop.signal }).catch(() => {});
    await active(stage, workflow.workflowId, launched);
    if (limits.length === 1 && launched === 2) {
      const params = { workflow_id: workflow.workflowId };
      await stage.requester.call(routes.setWorkflowConcurrency, { params, body: { max_tasks: 5 } });
      await active(stage, workflow.workflowId, 5);
    }
    stop.abort();
    await running;
  }
});

test('B14: a diamond whose middle failed is rebuilt from the server, in pages of one', async (context) => {
  const stage = await SwarmStage.open(context);
  const workflow = await stage.bind({
    count: 4,
    edges: [
      [1, 2],
      [1, 3],
      [2, 4],
      [3, 4],
    ],
  });
  await stage.run(workflow, (name) => (name === 't3' ? 'E' : 'D'));
  const { workflowId } = workflow;
  const params = { workflow_id: workflowId };
  await stage.requester.call(routes.setResumeState, { params, body: { reset_if_running: true } });
  const { runId, stop } = await stage.startRun(workflowId, done);
  context.after(stop);
  const builder = new SwarmBuilder(stage.requester, runId);
  await builder.buildFromWorkflowId(workflowId, 1);
  const [, , third, fourth] = workflow.tasks;
  assert.deepEqual([...builder.tasks.keys()], [third?.taskId, fourth?.taskId]);
  assert.deepEqual([builder.arrays.size, builder.status], [1, 'O']);
  const [t3, t4] = [...builder.tasks.values()];
  assert.deepEqual([t3?.downstreamTasks, t4?.numUpstreams, t4?.numUpstreamsDone], [[t4], 1, 0]);
  assert.equal(t3?.currentTaskResources.queue.name, 'null.q');
  assert.ok(builder.state);
  await new TaskFlow(builder.state, silentLog).enqueueFringe();
  assert.deepEqual([builder.state.getReadyToRunCount(), builder.state.dequeueTask()], [1, t3]);
  const { tasksByStatus, time } = await builder.gateway.getTaskStatusUpdates();
  assert.deepEqual(builder.state.applyUpdate(StateUpdate.fromTaskStatusResponse(tasksByStatus, time)), []);
});

test('both ways to build give the same state of a workflow on the real server', async (context) => {
  const stage = await SwarmStage.open(context);
  const workflow = await stage.bind({
    count: 12,
    edges: [[1, 2], [1, 3], [2, 4], [3, 4], ...chainOf(8).map(([a, b]) => [a + 4, b + 4] as const)],
  });
  const { runId, stop } = await stage.startRun(workflow.workflowId, done);
  context.after(stop);
  const memory = new SwarmBuilder(stage.requester, runId);
  await memory.buildFromWorkflow(workflow);
  const stored = new SwarmBuilder(stage.requester, runId);
  await stored.buildFromWorkflowId(workflow.workflowId, 5);
  assert.ok(memory.state && stored.state);
  const [left, right] = [snapshot(memory.state), snapshot(stored.state)];
  assert.deepEqual({ ...left, arrays: [] }, { ...right, arrays: [] });
});

/** What a distributor does with instances that were ordered to die. */
async function killed(stage: SwarmStage): Promise<void> {
  for (;;) {
    const doomed = await stage.database.read(({ db }) =>
      db.selectFrom('task_instance').select('id').where('status', '=', 'K').execute(),
    );
    if (doomed.length > 0) {
      const body = { task_instances: doomed.map(({ id }) => ({ task_instance_id: id, status: 'F' })) };
      await stage.requester.call(routes.endTaskInstances, { body });
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Resolves when so many tasks of the workflow are active; fails if it is ever more. */
async function active(stage: SwarmStage, workflowId: number, wanted: number): Promise<void> {
  for (;;) {
    const rows = await stage.database.read(({ db }) =>
      db
        .selectFrom('task')
        .select('id')
        .where('workflow_id', '=', workflowId)
        .where('status', 'in', ['Q', 'I', 'O', 'R'])
        .execute(),
    );
    assert.ok(rows.length <= wanted, `${rows.length} of ${wanted}`);
    if (rows.length === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
