import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../../src/core/log.ts';
import { jsonAnswer } from '../../support/recording-transport.ts';
import { chain, openServer } from './bound.ts';

test('a first workflow without any cluster, queue or resources is bound to this machine with one core', async (context) => {
  const { requester, bodiesOf } = await openServer(context);
  const workflow = chain(3);
  await workflow.bind(requester);
  await workflow.bindTasks();
  assert.deepEqual(bodiesOf('POST /task/bind_resources'), [
    { queue_id: 3, task_resources_type_id: 'O', requested_resources: { cores: 1 } },
  ]);
  assert.deepEqual(
    workflow.tasks.map(({ initialStatus }) => initialStatus),
    ['G', 'G', 'G'],
  );
  assert.equal(new Set(workflow.tasks.map(({ taskId }) => taskId)).size, 3);
});

test('many chunks: several are in flight, the one that completes the workflow or the dag is the last', async (context) => {
  const { requester, requests, bodiesOf, mostInFlight } = await openServer(context);
  const workflow = chain(45, { chunkSize: 5 });
  await workflow.bind(requester);
  await workflow.bindTasks();
  assert.ok(mostInFlight() > 1 && mostInFlight() <= 4, `${mostInFlight()} in flight`);
  for (const route of ['PUT /task/bind_tasks_no_args', `POST /dag/${workflow.dagId}/edges`]) {
    const marks = bodiesOf(route).map((body) => body.mark_created);
    assert.deepEqual(marks, [...Array(8).fill(false), true], route);
  }
  const edges = bodiesOf(`POST /dag/${workflow.dagId}/edges`).flatMap((body) => body.edges_to_add);
  assert.equal(new Set(edges.map(({ node_id: id }) => id)).size, 45);
  assert.equal(edges.filter(({ upstream_node_ids: ids }) => ids.length === 0).length, 1);
  const rows = bodiesOf('PUT /task/bind_task_args').flatMap((body) => body.task_args);
  assert.equal(rows.length, 45);
  assert.ok(!requests.some(({ route }) => route === 'PUT /task/bind_task_attributes'), 'empty requests are not sent');
  const lastArgs = requests.findLastIndex(({ route }) => route === 'PUT /task/bind_task_args');
  assert.ok(lastArgs > requests.findIndex(({ route }) => route === 'PUT /task/bind_tasks_no_args'));
});

test('the same workflow, made again, finds what it made before', async (context) => {
  const { requester, bodiesOf } = await openServer(context);
  const first = chain(4);
  await first.bind(requester);
  await first.bindTasks();
  const second = chain(4);
  await second.bind(requester);
  await second.bindTasks();
  assert.equal(second.workflowId, first.workflowId);
  assert.deepEqual(
    second.tasks.map(({ taskId }) => taskId),
    first.tasks.map(({ taskId }) => taskId),
  );
  assert.equal(bodiesOf(`POST /dag/${first.dagId}/edges`).length, 1, 'edges are sent once');
  assert.equal(bodiesOf('POST /tool_version').length, 1);
});

test('other tasks or other dependencies under the same args are refused', async (context) => {
  const { requester } = await openServer(context);
  await chain(4).bind(requester);
  await assert.rejects(chain(5).bind(requester), {
    code: 'workflow_exists',
    message: /"a chain" exists with other tasks/,
  });
  const rewired = chain(4);
  rewired.tasks[3]?.addUpstream(rewired.tasks[0] as never);
  await assert.rejects(rewired.bind(requester), { code: 'workflow_exists', message: /other dependencies/ });
});

test('what is wrong is named, and nothing at all was written', async (context) => {
  const { requester, requests } = await openServer(context);
  const cyclic = chain(3);
  cyclic.tasks[0]?.addUpstream(cyclic.tasks[2] as never);
  const refused = [
    [cyclic, 'dag_cyclic', /step_0/],
    [chain(0), 'workflow_empty', /no tasks/],
    [chain(2, { defaultClusterName: 'nowhere' }), 'cluster_unknown', /nowhere/],
    [chain(2, {}, { computeResources: { queue: 'long.q' } }), 'queue_unknown', /step_0.*long\.q.*multiprocess/],
    [chain(2, {}, { fallbackQueues: ['other.q'] }), 'queue_unknown', /step_0.*other\.q/],
    [chain(2, {}, { computeResources: { memory: '1.5G' } }), 'memory_malformed', /step_0.*1\.5G/],
    [chain(2, {}, { computeResources: { runtime: '1d' } }), 'runtime_malformed', /step_0.*1d/],
    [chain(2, {}, { resourceScales: { memory: Array(400).fill(1.25) }, maxAttempts: 500 }), 'scale_invalid', /step_0/],
    [chain(2, { defaultResourceScalesSet: { memory: 'x' } as never }), 'scale_invalid', /step_0.*memory/],
  ] as const;
  for (const [workflow, code, message] of refused) await assert.rejects(workflow.bind(requester), { code, message });
  assert.deepEqual(
    requests.filter(({ route }) => !route.startsWith('GET')),
    [],
  );
});

test('what a queue only warns of goes to the log, and so does an option without effect', async (context) => {
  const { requester } = await openServer(context);
  const lines: string[] = [];
  const log = createLog('test', 'warn', { write: (line) => lines.push(line) });
  const workflow = chain(1, {}, { computeResources: { cores: 9999 } });
  await workflow.validate(requester, { log });
  assert.match(lines.join(''), /9999 is asked for/);
});

test('equal resources are bound once, whatever their form and order; queue and units are resolved', async (context) => {
  const { requester, bodiesOf } = await openServer(context);
  const workflow = chain(2, {}, { computeResources: { memory: '2G', cores: 2, queue: 'null.q' } });
  workflow.tasks[1]?.updateComputeResources({ cores: 2, memory: 2, gpu: null });
  await workflow.bind(requester);
  await workflow.bindTasks();
  assert.deepEqual(
    bodiesOf('POST /task/bind_resources').map((body) => body.requested_resources),
    [{ memory: 2, cores: 2 }],
  );
});

test('a task with a function for its resources needs not fit its queue before', async (context) => {
  const { requester } = await openServer(context);
  const lines: string[] = [];
  const log = createLog('test', 'warn', { write: (line) => lines.push(line) });
  const options = { computeResources: { cores: 9999 }, computeResourcesCallable: () => ({ cores: 1 }) };
  await chain(2, {}, options).validate(requester, { log });
  assert.deepEqual(lines, []);
});

test('scales are merged and sent per task: lists cut to the retries, functions by name, the default when there are none', async (context) => {
  const { requester, bodiesOf } = await openServer(context);
  const double = (value: number) => 2 * value;
  const workflow = chain(2, { defaultResourceScalesSet: { memory: 0.25 } });
  workflow.tasks[1]?.updateResourceScales({ runtime: [1, 2, 3, 4], cores: double });
  await workflow.bind(requester);
  await workflow.bindTasks();
  const tuples = Object.values(bodiesOf('PUT /task/bind_tasks_no_args')[0].tasks) as unknown[][];
  const scales = new Map(tuples.map((tuple) => [tuple[4], tuple[8]]));
  assert.deepEqual(scales.get('step_0'), { memory: 0.25 });
  assert.deepEqual(scales.get('step_1'), { memory: 0.25, runtime: [1, 2], cores: 'double' });
  const plain = chain(1, { workflowArgs: 'plain' });
  await plain.bind(requester);
  await plain.bindTasks();
  const [tuple] = Object.values(bodiesOf('PUT /task/bind_tasks_no_args').at(-1).tasks) as unknown[][];
  assert.deepEqual(tuple?.[8], { memory: 0.5, runtime: 0.5 });
});

test('a workflow is new although its first answer was lost and the repeated request found it', async (context) => {
  let isLost = false;
  const server = await openServer(context, ({ route }) => {
    if (route !== 'POST /workflow' || isLost) return undefined;
    isLost = true;
    return server.served
      .ask('POST', '/workflow', server.bodiesOf('POST /workflow')[0])
      .then(() => jsonAnswer({ error: 'lost' }, 503));
  });
  const workflow = chain(1);
  await workflow.bind(server.requester);
  assert.equal(server.bodiesOf('POST /workflow').length, 2);
  const attempt = workflow.run({
    requester: server.requester,
    distributorCommand: ['/bin/false'],
    distributorStopTimeout: 1,
  });
  await assert.rejects(attempt, { code: 'distributor_startup' }, 'it is not taken for a workflow of a former run');
});

test('a missing answer for a node or a task is an error that names the task', async (context) => {
  const { requester } = await openServer(context, ({ route }) =>
    route === 'POST /nodes' ? jsonAnswer({ nodes: {} }) : undefined,
  );
  await assert.rejects(chain(1).bind(requester), { code: 'answer_malformed', message: /task step_0/ });
});

test('stopping while it is bound ends the request and is told as such', async (context) => {
  const stop = new AbortController();
  const { requester } = await openServer(context, async ({ route }) => {
    if (route !== 'POST /nodes') return undefined;
    stop.abort();
    return jsonAnswer({}, 503);
  });
  await assert.rejects(chain(1).bind(requester, { signal: stop.signal }), { code: 'run_interrupted' });
});

test('stopping does not wait for a question that a dead server never answers', async (context) => {
  const stop = new AbortController();
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const { requester } = await openServer(context, async () => {
    stop.abort();
    await answered;
    return jsonAnswer({ cluster: null });
  });
  await assert.rejects(chain(1).bind(requester, { signal: stop.signal }), { code: 'run_interrupted' });
  answer();
});

test('no task can be added to a bound workflow, and binding it again does nothing', async (context) => {
  const { requester, requests } = await openServer(context);
  const workflow = chain(1);
  await workflow.bind(requester);
  const sent = requests.length;
  await workflow.bind(requester);
  assert.equal(requests.length, sent);
  const [task] = chain(2).tasks.slice(1);
  assert.throws(() => workflow.addTask(task as never), { code: 'invalid_usage' });
  assert.throws(() => workflow.tasks[0]?.addUpstream(task as never), { code: 'invalid_usage' });
});
