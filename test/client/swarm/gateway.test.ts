import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerGateway } from '../../../src/client/swarm/gateway.ts';
import { fakeTransport } from '../../support/fake-transport.ts';
import { makeRequester } from '../../support/swarm.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function gatewayAnswering(answer: unknown) {
  const transport = fakeTransport(() => answer);
  return { transport, gateway: new ServerGateway(makeRequester(transport, new VirtualClock()), 3, 7) };
}

const CASES: readonly [string, (gateway: ServerGateway) => Promise<unknown>, unknown, string, unknown, unknown][] = [
  [
    'logHeartbeat',
    (gateway) => gateway.logHeartbeat('R', 93),
    { status: 'C' },
    'POST /v3/workflow_run/7/log_heartbeat',
    { status: 'R', next_report_increment: 93 },
    { status: 'C' },
  ],
  [
    'updateStatus',
    (gateway) => gateway.updateStatus('R'),
    { status: 'R' },
    'PUT /v3/workflow_run/7/update_status',
    { status: 'R' },
    { status: 'R' },
  ],
  [
    'terminateTaskInstances',
    (gateway) => gateway.terminateTaskInstances(),
    { workflow_run_id: 7, num_terminated: 1 },
    'PUT /v3/workflow_run/7/terminate_task_instances',
    {},
    undefined,
  ],
  [
    'requestTriage',
    (gateway) => gateway.requestTriage(),
    {},
    'POST /v3/workflow_run/7/set_status_for_triaging',
    {},
    undefined,
  ],
  [
    'getTaskStatusUpdates, all',
    (gateway) => gateway.getTaskStatusUpdates(),
    { time: 't', tasks_by_status: { D: [1] } },
    'POST /v3/workflow/3/task_status_updates',
    {},
    { time: 't', tasksByStatus: { D: [1] } },
  ],
  [
    'getTaskStatusUpdates since a token',
    (gateway) => gateway.getTaskStatusUpdates('2024-01-01 12:00:00'),
    { time: 't', tasks_by_status: {} },
    'POST /v3/workflow/3/task_status_updates',
    { last_sync: '2024-01-01 12:00:00' },
    { time: 't', tasksByStatus: {} },
  ],
  [
    'getWorkflowChanges',
    (gateway) => gateway.getWorkflowChanges(5, 25),
    {
      cursor: 6,
      tasks_by_status: { D: [1] },
      workflow_run_status: 'R',
      max_concurrently_running: 9,
      array_limits: { '4': 2 },
    },
    'POST /skep/workflow/3/changes',
    { cursor: 5, wait_seconds: 25, workflow_run_id: 7 },
    {
      cursor: 6,
      tasksByStatus: { D: [1] },
      workflowRunStatus: 'R',
      maxConcurrentlyRunning: 9,
      arrayLimits: new Map([[4, 2]]),
      ranOut: new Map(),
    },
  ],
  [
    'getWorkflowConcurrency',
    (gateway) => gateway.getWorkflowConcurrency(),
    { max_concurrently_running: 5 },
    'GET /v3/workflow/3/get_max_concurrently_running',
    undefined,
    5,
  ],
  [
    'getArrayConcurrency',
    (gateway) => gateway.getArrayConcurrency(8),
    { max_concurrently_running: 0 },
    'GET /v3/array/8/get_array_max_concurrently_running',
    undefined,
    0,
  ],
  [
    'queueTaskBatch',
    (gateway) => gateway.queueTaskBatch({ arrayId: 8, taskIds: [1, 2], taskResourcesId: 9, clusterId: 2 }),
    { tasks_by_status: { Q: [1, 2] } },
    'POST /v3/array/8/queue_task_batch',
    { task_ids: [1, 2], task_resources_id: 9, workflow_run_id: 7, cluster_id: 2 },
    { tasksByStatus: { Q: [1, 2] } },
  ],
  [
    'getWorkflowMetadata',
    (gateway) => gateway.getWorkflowMetadata(),
    { workflow: [3, 5, 100] },
    'GET /v3/workflow/3/fetch_workflow_metadata',
    undefined,
    { workflowId: 3, dagId: 5, maxConcurrentlyRunning: 100 },
  ],
  ['getServerTime', (gateway) => gateway.getServerTime(), { time: 't' }, 'GET /v3/time', undefined, 't'],
];

for (const [name, call, answer, line, body, expected] of CASES) {
  test(`G1: ${name}`, async () => {
    const { transport, gateway } = gatewayAnswering(answer);
    assert.deepEqual(await call(gateway), expected);
    assert.deepEqual(transport.lines, [line]);
    assert.deepEqual(transport.requests[0]?.body, body);
  });
}

test('G3: a workflow without metadata is an error', async () => {
  const { gateway } = gatewayAnswering({ workflow: [] });
  await assert.rejects(gateway.getWorkflowMetadata(), { code: 'workflow_empty', message: /Workflow 3/ });
});

test('tasks come sorted by number, whatever the order of their text keys', async () => {
  const row = [5, 'G', 3, '{}', '[]', '{"memory": 2}', 'slurm', 'all.q', 99];
  const { transport, gateway } = gatewayAnswering({ tasks: { '1000': row, '999': row, '1001': row } });
  const rows = await gateway.getTasks(901, 3);
  assert.deepEqual(
    rows.map(({ taskId }) => taskId),
    [999, 1000, 1001],
  );
  assert.deepEqual(rows[0], {
    ...{ taskId: 999, arrayId: 5, status: 'G', maxAttempts: 3, resourceScales: '{}', fallbackQueues: '[]' },
    ...{
      requestedResources: '{"memory": 2}',
      clusterName: 'slurm',
      queueName: 'all.q',
      arrayMaxConcurrentlyRunning: 99,
    },
  });
  assert.equal(transport.lines[0], 'GET /v3/workflow/get_tasks/3');
  assert.deepEqual([transport.requests[0]?.query.max_task_id, transport.requests[0]?.query.chunk_size], ['901', '3']);
});

test('G3: downstream nodes come by numeric task id, from a list, JSON text or null', async () => {
  const { transport, gateway } = gatewayAnswering({
    downstream_tasks: { '1': [11, [12, 13]], '2': [12, '[13]'], '3': [13, null] },
  });
  const { downstreamTasks } = await gateway.getDownstreamTasks([1, 2, 3], 5);
  assert.deepEqual(
    [...downstreamTasks],
    [
      [1, { nodeId: 11, downstreamNodeIds: [12, 13] }],
      [2, { nodeId: 12, downstreamNodeIds: [13] }],
      [3, { nodeId: 13, downstreamNodeIds: [] }],
    ],
  );
  assert.deepEqual(transport.requests[0]?.body, { task_ids: [1, 2, 3], dag_id: 5 });
});

test('G4: the requester stays open; whoever made it closes it', async () => {
  const { transport, gateway } = gatewayAnswering({ time: 't' });
  await gateway.getServerTime();
  assert.equal(transport.closed, false);
});
