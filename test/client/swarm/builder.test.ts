import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ResourceScales } from '../../../src/client/resources/scales.ts';
import { SwarmBuilder, type SwarmBuilderOptions } from '../../../src/client/swarm/builder.ts';
import type { SwarmState } from '../../../src/client/swarm/state.ts';
import type { TaskStatus } from '../../../src/core/status.ts';
import { FakeSwarmServer } from '../../support/fake-swarm-server.ts';
import { type Edges, makeQueue, makeRequester, makeWorkflow, snapshot } from '../../support/swarm.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** A builder and a plain server, or with `own` one of ours. */
function setUp({ own = false, ...options }: SwarmBuilderOptions & { own?: boolean } = {}) {
  const clock = new VirtualClock();
  const server = new FakeSwarmServer(clock, { feed: own });
  const requester = makeRequester(server.transport, clock);
  const builder = new SwarmBuilder(requester, 7, { clock, ...options });
  return { clock, server, requester, builder };
}

const ids = (tasks: Iterable<{ taskId: number }> = []) => [...tasks].map(({ taskId }) => taskId);

test('B1, B11: a new builder has its settings and nothing else', () => {
  const { builder, requester } = setUp();
  assert.deepEqual([builder.requester, builder.workflowRunId], [requester, 7]);
  assert.deepEqual([builder.heartbeatInterval, builder.heartbeatReportByBuffer, builder.initialStatus], [30, 1.5, 'B']);
  assert.deepEqual([builder.workflowId, builder.dagId, builder.state, builder.lastSync], [null, null, null, null]);
  assert.deepEqual([builder.tasks.size, builder.arrays.size, builder.numPreviouslyComplete], [0, 0, 0]);
  assert.deepEqual([builder.maxConcurrentlyRunning, builder.status], [10_000, 'B']);
  assert.throws(() => builder.gateway, { code: 'swarm_not_built', message: /workflow_id/ });
});

test('B3 to B7, B12, B13: a workflow in memory becomes a state', async () => {
  const { builder, requester, server } = setUp();
  const edges: Edges = [
    [1, 2],
    [1, 3],
    [2, 4],
    [3, 4],
  ];
  await builder.buildFromWorkflow(makeWorkflow(requester, { count: 4, edges, statuses: { 1: 'D', 2: 'R' } }));
  const { state } = builder;
  assert.ok(state);
  assert.deepEqual(
    [builder.workflowId, builder.dagId, state.workflowRunId, state.maxConcurrentlyRunning],
    [3, 5, 7, 10_000],
  );
  assert.equal(builder.lastSync, '2026-01-01 00:00:00');
  assert.deepEqual([state.arrays.get(1)?.arrayName, state.arrays.get(1)?.maxConcurrentlyRunning], ['array_1', 10_000]);
  assert.deepEqual(ids(builder.taskStatusMap.get('D')), [1]);
  assert.deepEqual(ids(builder.taskStatusMap.get('R')), [2]);
  assert.deepEqual(ids(builder.taskStatusMap.get('G')), [3, 4]);
  assert.equal(builder.taskStatusMap.size, 8);
  assert.deepEqual(ids(state.getTask(1)?.downstreamTasks), [2, 3]);
  assert.deepEqual([state.getTask(3)?.numUpstreams, state.getTask(3)?.numUpstreamsDone], [1, 1]);
  assert.deepEqual([state.getTask(4)?.numUpstreams, state.getTask(4)?.numUpstreamsDone], [2, 0]);
  assert.deepEqual(
    [builder.tasks, builder.arrays, builder.taskStatusMap],
    [state.tasks, state.arrays, state.taskStatusMap],
  );
  assert.deepEqual([builder.numPreviouslyComplete, state.numPreviouslyComplete], [1, 1]);
  assert.deepEqual(server.transport.lines, ['GET /v3/time', 'GET /v3/cluster/dummy']);
});

test('fallback queues are resolved once for all tasks that name them', async () => {
  const { builder, requester, server } = setUp();
  const workflow = makeWorkflow(requester, { count: 50 }, (taskId) => ({
    fallbackQueues: taskId % 2 ? ['a.q', 'b.q'] : [],
  }));
  await builder.buildFromWorkflow(workflow);
  assert.deepEqual(
    builder.tasks.get(1)?.fallbackQueues.map(({ name }) => name),
    ['a.q', 'b.q'],
  );
  assert.deepEqual(builder.tasks.get(2)?.fallbackQueues, []);
  assert.equal(server.countOf('/queue/'), 2);
});

test('B8: a workflow without open tasks makes exactly five requests', async () => {
  const { builder, server } = setUp();
  server.limit = 42;
  await builder.buildFromWorkflowId(3);
  assert.deepEqual(server.transport.lines, [
    'POST /v3/workflow_run/7/log_heartbeat',
    'GET /v3/workflow/3/fetch_workflow_metadata',
    'GET /v3/time',
    'GET /v3/workflow/get_tasks/3',
    'PUT /v3/workflow_run/7/update_status',
  ]);
  assert.deepEqual(server.transport.requests[0]?.body, { status: 'B', next_report_increment: 45 });
  assert.deepEqual(server.transport.requests.at(-1)?.body, { status: 'B' });
  assert.deepEqual([builder.workflowId, builder.dagId, builder.maxConcurrentlyRunning], [3, 5, 42]);
  assert.equal(builder.status, 'O', 'the run was moved on by its distributor, and the state knows');
});

test('B9: a workflow without metadata is an error', async () => {
  const { clock, builder, server } = setUp();
  server.fail('fetch_workflow_metadata', 1, 404);
  await assert.rejects(builder.buildFromWorkflowId(3), { code: 'not_found' });
  assert.equal(clock.pending, 0);
});

test('B10: with a heartbeat interval of 0 a beat precedes each page', async () => {
  const { builder, server } = setUp({ heartbeatInterval: 0 });
  await builder.buildFromWorkflowId(3);
  assert.equal(server.countOf('log_heartbeat'), 2);
  assert.match(server.transport.lines[3] ?? '', /log_heartbeat/);
  assert.match(server.transport.lines[4] ?? '', /get_tasks/);
});

test('tasks come in pages by numeric id, also across powers of ten, each once and with its edges', async () => {
  for (const chunkSize of [1, 2, 3, 7, 500]) {
    const { builder, server } = setUp();
    const all = [8, 9, 10, 11, 98, 99, 100, 101, 998, 999, 1000, 1001];
    for (const [index, id] of all.entries()) {
      server.addTask(id, { downstream: index + 1 < all.length ? [all[index + 1] as number] : [] });
    }
    await builder.buildFromWorkflowId(3, chunkSize);
    assert.deepEqual(ids(builder.tasks.values()), all);
    assert.equal(builder.arrays.get(1)?.tasks.length, all.length);
    assert.deepEqual(ids([...builder.tasks.values()].filter((task) => task.allUpstreamsDone)), [8]);
    const pages = Math.floor(all.length / chunkSize) + 1;
    assert.equal(server.countOf('get_tasks'), pages, `chunk size ${chunkSize}`);
    assert.equal(server.countOf('get_downstream_tasks'), Math.ceil(all.length / chunkSize));
  }
});

test('where there is more than a page, our own servers are asked for tasks and edges at once', async () => {
  const { clock, builder, server } = setUp({ own: true });
  for (let id = 1; id <= 7; id++) server.addTask(id, { downstream: id < 7 ? [id + 1] : [] });
  await clock.runUntil(builder.buildFromWorkflowId(3, 2));
  assert.deepEqual(ids(builder.tasks.values()), [1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(ids(builder.tasks.get(2)?.downstreamTasks), [3]);
  assert.deepEqual(ids(builder.tasks.get(5)?.downstreamTasks), [6]);
  assert.deepEqual(server.transport.lines.slice(3, -1), [
    'GET /v3/workflow/get_tasks/3',
    'POST /v3/task/get_downstream_tasks',
    'GET /v3/cluster/dummy',
    'GET /v3/cluster/4/queue/null.q',
    'GET /skep/capabilities',
    'GET /skep/workflow/3/unfinished_tasks',
    'GET /skep/workflow/3/unfinished_tasks',
  ]);
});

test('the edges of several pages are asked for while further pages come', async () => {
  const { clock, builder, server } = setUp();
  for (let id = 1; id <= 10; id++) server.addTask(id, { downstream: [id + 1] });
  const send = server.transport.send.bind(server.transport);
  let asked = 0;
  let most = 0;
  server.transport.send = async (request) => {
    if (!request.url.includes('get_downstream_tasks')) return send(request);
    most = Math.max(most, ++asked);
    await clock.sleep(1000);
    asked -= 1;
    return send(request);
  };
  await clock.runUntil(builder.buildFromWorkflowId(3, 1));
  assert.equal(builder.tasks.size, 10);
  assert.ok(most > 1);
});

test('a page that fails ends the build with its error, whatever else is under way', async () => {
  for (const [path, own] of [
    ['get_downstream_tasks', false],
    ['get_tasks', false],
    ['unfinished_tasks', true],
  ] as const) {
    const { clock, builder, server } = setUp({ own });
    for (let id = 1; id <= 10; id++) server.addTask(id);
    server.fail(path, 1, 400);
    await assert.rejects(builder.buildFromWorkflowId(3, 1), { code: 'request_refused' });
    assert.equal(clock.pending, 0);
  }
});

test('done tasks count neither as upstreams nor as done upstreams', async () => {
  const { builder, server } = setUp();
  server.addTask(1, { status: 'D', downstream: [2, 3] }).addTask(2, { downstream: [4] });
  server.addTask(3, { status: 'F', downstream: [4] }).addTask(4);
  await builder.buildFromWorkflowId(3);
  assert.deepEqual(ids(builder.tasks.values()), [2, 3, 4]);
  assert.deepEqual([builder.tasks.get(2)?.numUpstreams, builder.tasks.get(4)?.numUpstreams], [0, 2]);
  assert.equal(builder.numPreviouslyComplete, 0);
});

test('equal rows share resources; each task has scales of its own lists', async () => {
  const { builder, server } = setUp();
  server.addTask(1).addTask(2);
  await builder.buildFromWorkflowId(3);
  const [one, two] = [...builder.tasks.values()];
  assert.equal(one?.currentTaskResources, two?.currentTaskResources);
  assert.deepEqual(one?.currentTaskResources.requestedResources, { memory: 2 });
  assert.equal(one?.currentTaskResources.isBound, false);
  assert.equal(one?.maxAttempts, 3);
});

/** Answers `get_tasks` with one row made of the given texts. */
function withRow(overrides: {
  scales?: string | null;
  fallbacks?: string | null;
  resources?: string | null;
  cluster?: string | null;
}) {
  const made = setUp();
  const { scales = '{}', fallbacks = '[]', resources = '{}', cluster = 'dummy' } = overrides;
  const row = [1, 'G', 3, scales, fallbacks, resources, cluster, 'null.q', 5];
  const send = made.server.transport.send.bind(made.server.transport);
  made.server.transport.send = (request) =>
    request.url.includes('get_tasks')
      ? Promise.resolve({
          status: 200,
          contentType: 'application/json',
          text: JSON.stringify({ tasks: { '901': row } }),
        })
      : send(request);
  return made.builder;
}

test('rows are read as Python literals or JSON, and null as nothing', async () => {
  const literal = withRow({
    scales: "{'cores': [12, 18], 'memory': True}",
    fallbacks: "('long.q',)",
    resources: "{'cores': 8, 'x': None}",
  });
  await literal.buildFromWorkflowId(3);
  const task = literal.tasks.get(901);
  assert.deepEqual(task?.currentTaskResources.requestedResources, { cores: 8, x: null });
  assert.deepEqual(
    task?.fallbackQueues.map(({ name }) => name),
    ['long.q'],
  );
  assert.deepEqual(task?.resourceScales.applyTo({ cores: 8, memory: 2 }), { cores: 12, memory: 4 });
  const json = withRow({ scales: '{"memory": 0.5}', resources: '{"memory": 2, "x": true, "y": null}' });
  await json.buildFromWorkflowId(3);
  assert.deepEqual(json.tasks.get(901)?.currentTaskResources.requestedResources, { memory: 2, x: true, y: null });
  const nothing = withRow({ scales: null, fallbacks: null, resources: null });
  await nothing.buildFromWorkflowId(3);
  assert.deepEqual(nothing.tasks.get(901)?.currentTaskResources.requestedResources, {});
});

test('rows that cannot be restored are refused with the task and the field', async () => {
  await assert.rejects(withRow({ scales: "{'cores': 'double'}" }).buildFromWorkflowId(3), {
    code: 'scale_invalid',
    message: /Task 901 scales cores by the function double/,
  });
  await assert.rejects(withRow({ resources: '{"memory": ' }).buildFromWorkflowId(3), {
    code: 'literal_malformed',
    message: /requestedResources of task 901/,
  });
  await assert.rejects(withRow({ fallbacks: '{}' }).buildFromWorkflowId(3), { code: 'literal_malformed' });
  await assert.rejects(withRow({ cluster: null }).buildFromWorkflowId(3), {
    code: 'cluster_unknown',
    message: /Task 901/,
  });
});

test('heartbeats go out on time while a page is long in coming', async () => {
  const { clock, builder, server } = setUp();
  server.addTask(1);
  const send = server.transport.send.bind(server.transport);
  server.transport.send = async (request) => {
    if (request.url.includes('get_tasks')) await clock.sleep(100_000);
    return send(request);
  };
  const building = builder.buildFromWorkflowId(3);
  await clock.advance(95_000);
  assert.equal(server.countOf('log_heartbeat'), 4);
  await clock.runUntil(building);
  assert.equal(clock.pending, 0);
});

test('a signal to stop that a heartbeat brings ends the build and reaches the state', async () => {
  const { clock, builder, server } = setUp();
  for (let id = 1; id <= 10; id++) server.addTask(id);
  const send = server.transport.send.bind(server.transport);
  server.transport.send = async (request) => {
    if (request.url.includes('get_tasks')) await clock.sleep(20_000);
    return send(request);
  };
  const building = builder.buildFromWorkflowId(3, { edgeChunkSize: 1 });
  await clock.advance(25_000);
  server.setRun('C');
  await clock.runUntil(building);
  assert.equal(builder.state?.status, 'C');
  assert.ok(builder.tasks.size < 10);
  assert.equal(server.countOf('update_status'), 0);
});

test('an aborted build ends at once', async () => {
  const stop = new AbortController();
  const { clock, builder, server } = setUp({ signal: stop.signal });
  const send = server.transport.send.bind(server.transport);
  server.transport.send = (request) =>
    request.url.includes('get_tasks')
      ? new Promise((_, reject) => request.signal?.addEventListener('abort', () => reject(new Error('cut'))))
      : send(request);
  const building = builder.buildFromWorkflowId(3);
  await clock.advance(10);
  stop.abort();
  await assert.rejects(building);
  assert.equal(clock.pending, 0);
});

/** The state that is built in memory, and those that are built from a plain server and from one of ours. */
async function buildAll(count: number, edges: Edges, statuses: Record<number, TaskStatus> = {}) {
  const memory = setUp();
  const workflow = makeWorkflow(memory.requester, { count, edges, statuses }, () => ({}));
  await memory.builder.buildFromWorkflow(workflow);
  const states = [memory.builder.state];
  for (const own of [false, true]) {
    const stored = setUp({ own });
    for (let id = 1; id <= count; id++) {
      const downstream = edges.filter(([from]) => from === id).map(([, to]) => to);
      stored.server.addTask(id, { downstream, status: statuses[id] ?? 'G' });
    }
    await stored.clock.runUntil(stored.builder.buildFromWorkflowId(3, 3));
    states.push(stored.builder.state);
  }
  return states.map((state) => snapshot(state as SwarmState));
}

test('all ways to build give the same state: chain, diamond, fan out and in', async () => {
  const shapes: [number, Edges][] = [
    [1, []],
    [6, [1, 2, 3, 4, 5].map((id) => [id, id + 1] as const)],
    [
      4,
      [
        [1, 2],
        [1, 3],
        [2, 4],
        [3, 4],
      ],
    ],
    [
      7,
      [2, 3, 4, 5, 6].flatMap(
        (id) =>
          [
            [1, id],
            [id, 7],
          ] as const,
      ),
    ],
  ];
  for (const [count, edges] of shapes) {
    const [memory, plain, own] = await buildAll(count, edges, { [count]: 'R' });
    assert.deepEqual([plain, own], [memory, memory]);
  }
});

test('all ways to build give the same state: random graphs', async () => {
  const graph = fc.integer({ min: 1, max: 12 }).chain((count) =>
    fc.record({
      count: fc.constant(count),
      bits: fc.array(fc.boolean(), { minLength: count * count, maxLength: count * count }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(graph, async ({ count, bits }) => {
      const edges: [number, number][] = [];
      for (let from = 1; from <= count; from++) {
        for (let to = from + 1; to <= count; to++) if (bits[from * count + to - count - 1]) edges.push([from, to]);
      }
      const [memory, plain, own] = await buildAll(count, edges);
      assert.deepEqual([plain, own], [memory, memory]);
    }),
    { numRuns: 25 },
  );
});

test('two builders in one workflow do not share lists of scales', async () => {
  const { requester, clock } = setUp();
  const scales = ResourceScales.from({ memory: [5, 6] });
  const workflow = makeWorkflow(requester, { count: 1 }, () => ({ resourceScales: scales }));
  for (const run of [1, 2]) {
    const builder = new SwarmBuilder(requester, run, { clock });
    await builder.buildFromWorkflow(workflow);
    const task = builder.tasks.get(1);
    assert.deepEqual(task?.currentTaskResources.adjusted(task.resourceScales, [makeQueue()]).requestedResources, {
      memory: 5,
    });
  }
});
