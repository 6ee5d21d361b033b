import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSkepError } from '../../../src/core/errors.ts';
import { World } from '../world.ts';

let world: World;
before(async () => {
  world = await World.open();
});
after(() => world.close());

async function running(options: { tasks?: number; maxAttempts?: number } = {}) {
  return world.run(await world.bind(options));
}

test('one task from queue to done, each report twice', async () => {
  const workflow = await running();
  const [id = 0] = await world.queue(workflow);
  assert.equal(await world.pair(id), 'Q/Q');
  for (let repeat = 0; repeat < 2; repeat++) {
    const { task_instance_batches: batches } = await world.call(
      'instantiateTaskInstances',
      {},
      { task_instance_ids: [String(id)] },
    );
    assert.deepEqual(batches, [[workflow.arrayId, 'step', 1, workflow.resourcesId, [id], [0]]]);
    assert.equal(await world.pair(id), 'I/I');
  }
  for (let repeat = 0; repeat < 2; repeat++) {
    await world.call(
      'transitionToLaunched',
      { array_id: workflow.arrayId },
      { batch_number: 1, next_report_increment: 279 },
    );
    assert.equal(await world.pair(id), 'O/O');
  }
  const launched = await world.instance(id);
  assert.equal(launched.submitted_date, world.now);
  assert.equal(launched.report_by_date, world.now + 279_000);
  for (let repeat = 0; repeat < 2; repeat++) {
    const { task_instance } = await world.call(
      'logRunning',
      { task_instance_id: id },
      { process_group_id: '4711', nodename: 'n1', next_report_increment: 279, distributor_id: '1_0' },
    );
    assert.deepEqual(task_instance, [
      id,
      'R',
      workflow.runId,
      workflow.taskIds[0],
      'task_1',
      'echo 1',
      workflow.workflowId,
      null,
      null,
    ]);
    assert.equal(await world.pair(id), 'R/R');
  }
  for (let repeat = 0; repeat < 2; repeat++) {
    const answer = await world.call('logDone', { task_instance_id: id }, { stdout_log: 'hello', stderr: '/e' });
    assert.deepEqual(answer, { status: 'D' });
    assert.equal(await world.pair(id), 'D/D');
  }
  const done = await world.instance(id);
  assert.equal(done.stdout_log, 'hello');
  assert.equal(done.nodename, 'n1');
  assert.equal(done.distributor_id, '1_0');
  assert.equal(done.process_group_id, 4711);
});

test('a report that repeats or comes late changes no status, no revision, and leaves one error entry', async () => {
  const workflow = await running();
  const [id = 0] = await world.attempt(workflow, 'R');
  const report = { error_state: 'E', error_description: 'exit 1', stdout_log: 'first' };
  assert.deepEqual(await world.call('logErrorWorkerNode', { task_instance_id: id }, report), { status: 'E' });
  const before = [await world.instance(id), await world.task(workflow.taskIds[0] ?? 0)];
  world.advance(5);
  assert.deepEqual(await world.call('logErrorWorkerNode', { task_instance_id: id }, report), { status: 'E' });
  assert.deepEqual(await world.call('logDone', { task_instance_id: id }, {}), { status: 'E' });
  await world.start([id]);
  await world.call('logDistributorId', { task_instance_id: id }, { distributor_id: 5, next_report_increment: 1 });
  const [instance, task] = [await world.instance(id), await world.task(workflow.taskIds[0] ?? 0)];
  assert.deepEqual(
    [instance.status, instance.revision, instance.status_date, task],
    [before[0]?.status, before[0]?.revision, before[0]?.status_date, before[1]],
  );
  assert.deepEqual(await world.errors(id), ['exit 1']);
});

test('attempts are counted: G until they are used up, A for a resource error, then F', async () => {
  const workflow = await running({ maxAttempts: 3 });
  const [first = 0] = await world.attempt(workflow, 'R');
  await world.end([first], 'E');
  assert.equal(await world.pair(first), 'E/G');
  const [second = 0] = await world.attempt(workflow, 'R');
  await world.end([second], 'Z');
  assert.equal(await world.pair(second), 'Z/A');
  const [third = 0] = await world.attempt(workflow, 'R');
  await world.end([third], 'E');
  assert.equal(await world.pair(third), 'E/F');
  assert.deepEqual(await world.attempt(workflow, 'Q'), []);
});

test('a late report of an earlier attempt never touches the task of the newer one', async () => {
  const workflow = await running();
  const [old = 0] = await world.attempt(workflow, 'R');
  await world.force(old, { task: 'G' });
  const [fresh = 0] = await world.attempt(workflow, 'R');
  await world.end([old], 'E');
  assert.equal((await world.instance(old)).status, 'E');
  assert.equal(await world.pair(fresh), 'R/R');
  await world.end([fresh], 'D');
  assert.equal(await world.pair(fresh), 'D/D');
});

test('a superseded instance is not allowed to start', async () => {
  const workflow = await running();
  const [old = 0] = await world.attempt(workflow, 'O');
  await world.force(old, { task: 'G' });
  const [fresh = 0] = await world.attempt(workflow, 'O');
  const { task_instances } = await world.start([old, fresh]);
  assert.deepEqual(
    task_instances.map(([tuple]) => [tuple[0], tuple[1]]),
    [
      [old, 'O'],
      [fresh, 'R'],
    ],
  );
});

test('a second worker of an attempt is not allowed to start, and the first one may ask twice', async () => {
  const workflow = await running();
  const [id = 0] = await world.attempt(workflow, 'O');
  const start = (process_group_id: number, nodename: string) => {
    const common = { nodename, process_group_id, next_report_increment: 279 };
    return Promise.all([
      world.call('logRunning', { task_instance_id: id }, { ...common, distributor_id: `${process_group_id}_0` }),
      world.call(
        'startTaskInstances',
        {},
        { ...common, task_instances: [{ task_instance_id: id, distributor_id: null }] },
      ),
    ]).then(
      ([
        one,
        {
          task_instances: [many],
        },
      ]) => [one.task_instance[1], many?.[0][1]],
    );
  };
  assert.deepEqual(await start(7, 'node1'), ['R', 'R']);
  for (const [other, node] of [
    [8, 'node1'],
    [7, 'node2'],
  ] as const) {
    assert.deepEqual(await start(other, node), ['F', 'F']);
  }
  await world.force(id, { instance: 'T' });
  assert.deepEqual(await start(8, 'node2'), ['F', 'F']);
  assert.deepEqual(await start(7, 'node1'), ['R', 'R']);
  const { nodename, process_group_id, distributor_id } = await world.instance(id);
  assert.deepEqual([nodename, process_group_id, distributor_id], ['node1', 7, '7_0']);
});

test('a worker may be faster than its distributor', async () => {
  const workflow = await running();
  const [id = 0] = await world.attempt(workflow, 'I');
  await world.start([id]);
  assert.equal(await world.pair(id), 'R/R');
  await world.end([id], 'D');
  const launched = { batch_number: 1, next_report_increment: 1 };
  await world.call('transitionToLaunched', { array_id: workflow.arrayId }, launched);
  assert.equal(await world.pair(id), 'D/D');
});

test('an instance that was ordered to die tells its worker so at the start, and keeps a result that is there', async () => {
  const workflow = await running({ tasks: 2 });
  const [a = 0, b = 0] = await world.attempt(workflow, 'O');
  await world.start([b]);
  await world.moveRun(workflow.runId, 'C');
  await world.call('terminateTaskInstances', { workflow_run_id: workflow.runId }, {});
  assert.deepEqual([await world.pair(a), await world.pair(b)], ['K/O', 'K/R']);
  const { task_instances } = await world.start([a]);
  assert.equal(task_instances[0]?.[0][1], 'F');
  assert.equal(await world.pair(a), 'F/F');
  assert.deepEqual((await world.end([b], 'E')).statuses, { [b]: 'K' });
  assert.deepEqual((await world.end([b], 'D')).statuses, { [b]: 'D' });
  assert.equal(await world.pair(b), 'D/D');
});

test('bulk reports: a thousand instances, unknown ids and doubles included', async () => {
  const workflow = await running({ tasks: 1000 });
  const ids = await world.queue(workflow);
  await world.call('instantiateTaskInstances', {}, { task_instance_ids: ids });
  const { task_instances } = await world.start([...ids, 999_999_999, ids[0] ?? 0]);
  assert.equal(task_instances.length, 1000);
  assert.deepEqual(task_instances[0]?.[1], { memory: 4, cores: 15 });
  const heartbeat = await world.call(
    'heartbeatTaskInstances',
    {},
    {
      next_report_increment: 500,
      task_instances: ids.map((task_instance_id) => ({
        task_instance_id,
        stdout: '/o',
        stderr: null,
        distributor_id: null,
      })),
    },
  );
  assert.deepEqual(new Set(Object.values(heartbeat.statuses)), new Set(['R']));
  const usage = { wallclock: 1.5, cpu: 0.25, maxrss: 1024.4 };
  const { statuses } = await world.call(
    'endTaskInstances',
    {},
    { task_instances: ids.map((task_instance_id) => ({ task_instance_id, status: 'D', usage })) },
  );
  assert.equal(Object.keys(statuses).length, 1000);
  const row = await world.instance(ids[500] ?? 0);
  assert.deepEqual(
    [row.status, row.wallclock, row.cpu, row.maxrss, row.stdout, row.report_by_date],
    ['D', '1.5', '0.25', '1024', '/o', world.now + 500_000],
  );
});

test('a heartbeat without fields keeps what is stored', async () => {
  const workflow = await running();
  const [id = 0] = await world.attempt(workflow, 'R');
  await world.call('logReportBy', { task_instance_id: id }, { next_report_increment: 1, stdout: '/o', stderr: '/e' });
  await world.call('logReportBy', { task_instance_id: id }, { next_report_increment: 9 });
  const { stdout, stderr, distributor_id, report_by_date } = await world.instance(id);
  assert.deepEqual([stdout, stderr, distributor_id], ['/o', '/e', `${id}`]);
  assert.equal(report_by_date, world.now + 9000);
});

test('a failed submission: W once, with one entry', async () => {
  const workflow = await running();
  const [id = 0] = await world.attempt(workflow, 'I');
  const first = await world.call('logNoDistributorId', { task_instance_id: id }, { no_id_err_msg: 'no such queue' });
  assert.equal(first.message, '');
  const second = await world.call('logNoDistributorId', { task_instance_id: id }, { no_id_err_msg: 'no such queue' });
  assert.match(second.message, /W already/);
  assert.equal(await world.pair(id), 'W/G');
  assert.deepEqual(await world.errors(id), ['no such queue']);
});

test('an unknown instance is an error of one report, and absent from the answer of many', async () => {
  const missing = { task_instance_id: 999_999_999 };
  const notFound = (error: unknown) => isSkepError(error, 'not_found') && /999999999/.test(error.message);
  await assert.rejects(world.call('logDone', missing, {}), notFound);
  await assert.rejects(
    world.call('logRunning', missing, { process_group_id: '1', next_report_increment: 1 }),
    notFound,
  );
  assert.deepEqual(await world.call('getTaskInstanceErrorLog', missing, {}), { task_instance_error_log: [] });
  assert.deepEqual(await world.end([999_999_999], 'D'), { statuses: {} });
});

test('a process group that is no number is refused', async () => {
  await assert.rejects(
    world.call('logRunning', { task_instance_id: 1 }, { process_group_id: 'x1', next_report_increment: 1 }),
    (error) => isSkepError(error, 'invalid_usage') && /"x1"/.test(error.message),
  );
});
