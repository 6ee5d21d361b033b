import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ORCHESTRATOR_DEFAULTS, type OrchestratorConfig, resolveConfig } from '../../../src/client/swarm/config.ts';
import { ServerGateway } from '../../../src/client/swarm/gateway.ts';
import { WorkflowRunOrchestrator } from '../../../src/client/swarm/orchestrator.ts';
import { isRunNews } from '../../../src/client/swarm/run-checks.ts';
import { StateUpdate } from '../../../src/client/swarm/state.ts';
import type { SwarmTask } from '../../../src/client/swarm/task.ts';
import { silentLog } from '../../../src/core/log.ts';
import type { WorkflowRunStatus } from '../../../src/core/status.ts';
import { FakeSwarmServer } from '../../support/fake-swarm-server.ts';
import { link, makeRequester, makeState, makeTask } from '../../support/swarm.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function orchestratorOf(
  tasks: readonly SwarmTask[],
  config: Partial<OrchestratorConfig> = {},
  status: WorkflowRunStatus = 'R',
) {
  const clock = new VirtualClock();
  const server = new FakeSwarmServer(clock);
  server.runStatus = status;
  for (const { taskId, arrayId, status } of tasks) server.addTask(taskId, { arrayId, status });
  const state = makeState(tasks);
  state.status = status;
  const gateway = new ServerGateway(makeRequester(server.transport, clock), 3, 7);
  const orchestrator = new WorkflowRunOrchestrator({ state, gateway, config, clock, log: silentLog });
  return { clock, server, state, orchestrator };
}

const alive = () => true;

test('O1: the defaults, and how a configuration is resolved', () => {
  assert.deepEqual(ORCHESTRATOR_DEFAULTS, {
    ...{ heartbeatInterval: 30, heartbeatReportByBuffer: 1.5, wedgedWorkflowSyncInterval: 600 },
    ...{ failFast: false, timeout: 36_000, failAfterNExecutions: undefined },
  });
  const heartbeat = { workflow_run_interval: 20, report_by_buffer: 3.1 };
  const resolved = resolveConfig({}, heartbeat);
  assert.deepEqual([resolved.heartbeatInterval, resolved.heartbeatReportByBuffer], [20, 3.1]);
  assert.deepEqual([resolved.timeout, resolved.failFast, resolved.failAfterNExecutions], [36_000, false, undefined]);
  assert.equal(resolveConfig({ failAfterNExecutions: 1_000_000_000 }, heartbeat).failAfterNExecutions, undefined);
  assert.equal(resolveConfig({ failAfterNExecutions: 2 }, heartbeat).failAfterNExecutions, 2);
  assert.equal(resolveConfig({ heartbeatInterval: 5 }, heartbeat, 9).timeout, 9);
});

test('O2: services are made once', () => {
  const { services } = orchestratorOf([]).orchestrator;
  assert.equal(services.heartbeat, services.heartbeat);
  assert.equal(services.scheduler, services.scheduler);
  assert.equal(services.synchronizer, services.synchronizer);
  assert.equal(services.termination, services.termination);
});

test('O4: the checks raise under their conditions only', () => {
  const failed = [makeTask(8, { status: 'F' })];
  const { checks } = orchestratorOf(failed, { failFast: true, timeout: 2, failAfterNExecutions: 3 }).orchestrator;
  checks.timeout(1.99);
  assert.throws(() => checks.timeout(2), {
    code: 'run_timeout',
    message: /timeout of 2 seconds.* are ended.* resumed/,
  });
  checks.distributor(() => true);
  assert.throws(() => checks.distributor(() => false), { code: 'distributor_dead' });
  assert.throws(() => checks.failFast(), { code: 'run_failed_fast', message: /Task 8/ });
  checks.executions(2);
  assert.throws(() => checks.executions(3), { code: 'run_stopped_by_test' });
  orchestratorOf(failed).orchestrator.checks.failFast();
  orchestratorOf(failed).orchestrator.checks.executions(1_000_000);
  orchestratorOf([], { failFast: true }).orchestrator.checks.failFast();
  checks.interruption(undefined);
  assert.throws(() => checks.interruption(AbortSignal.abort()), { code: 'run_interrupted' });
});

test('O5: the loop goes on with ready work, and not when all is done or the server stopped the run', () => {
  const { state, orchestrator } = orchestratorOf([makeTask(1)]);
  assert.equal(orchestrator.shouldContinue(), false);
  state.enqueueTask(state.getTask(1) as SwarmTask);
  assert.equal(orchestrator.shouldContinue(), true);
  state.status = 'S';
  assert.equal(orchestrator.shouldContinue(), false);
  assert.equal(orchestratorOf([makeTask(1, { status: 'D' })]).orchestrator.shouldContinue(), false);
});

test('O6: the status of the state follows the server; a refusal is an error and changes nothing', async () => {
  const { server, state, orchestrator } = orchestratorOf([], {}, 'O');
  await orchestrator.updateStatus('R');
  assert.deepEqual([state.status, orchestrator.services.heartbeat.status], ['R', 'R']);
  await assert.rejects(orchestrator.updateStatus('T'), {
    code: 'transition_refused',
    message: /status T for workflow run 7.*status R/,
  });
  assert.deepEqual([state.status, server.runStatus], ['R', 'R']);
});

test('status words go forward only', () => {
  assert.ok(
    isRunNews('O', 'R') && isRunNews('R', 'C') && isRunNews('C', 'H') && isRunNews('H', 'T') && isRunNews('R', 'E'),
  );
  assert.ok(!isRunNews('C', 'R') && !isRunNews('E', 'C') && !isRunNews('R', 'R') && !isRunNews('R', 'O'));
});

test('O13: an update stores sync time and limits, and a late word about the run does not undo a signal', async () => {
  const { state, orchestrator } = orchestratorOf([makeTask(1)], {}, 'C');
  const fields = {
    syncTime: 'T',
    maxConcurrentlyRunning: 4,
    arrayLimits: new Map([[1, 2]]),
    workflowRunStatus: 'R' as const,
  };
  await orchestrator.take(new StateUpdate(fields));
  assert.deepEqual(
    [state.lastSync, state.maxConcurrentlyRunning, state.getArrayCapacity(1), state.status],
    ['T', 4, 2, 'C'],
  );
});

test('O9: after a signal, nothing in flight means leaving; a running task means waiting, with one request', async () => {
  const idle = orchestratorOf([makeTask(1)], {}, 'C');
  assert.equal(await idle.orchestrator.services.termination.step(), true);
  assert.equal(idle.server.countOf('terminate_task_instances'), 1);
  const busy = orchestratorOf([makeTask(1, { status: 'R' })], {}, 'C');
  assert.equal(await busy.orchestrator.services.termination.step(), false);
  assert.equal(await busy.orchestrator.services.termination.step(), false);
  assert.equal(busy.server.countOf('terminate_task_instances'), 1);
  await busy.clock.advance(30_000);
  assert.equal(await busy.orchestrator.services.termination.step(), false);
  assert.equal(busy.server.countOf('terminate_task_instances'), 2);
});

test('a hot resume leaves running tasks alone', async () => {
  const { orchestrator } = orchestratorOf([makeTask(1, { status: 'R' })], {}, 'H');
  assert.equal(await orchestrator.services.termination.step(), true);
  const launched = orchestratorOf([makeTask(1, { status: 'O' })], {}, 'H');
  assert.equal(await launched.orchestrator.services.termination.step(), false);
});

test('O10: done tasks end the run with D, after it was set to R', async () => {
  const { clock, server, orchestrator } = orchestratorOf([makeTask(1), makeTask(2)], {}, 'O');
  server.onQueued = (_, ids) => void clock.after(10, () => ids.map((id) => server.set(id, 'D')));
  const result = await clock.runUntil(orchestrator.run(alive));
  assert.deepEqual([result.finalStatus, server.runStatus, result.elapsedTime], ['D', 'D', 0.01]);
  assert.deepEqual([result.totalTasks, result.doneCount, result.failedCount], [2, 2, 0]);
  assert.deepEqual([...result.doneTaskIds], [1, 2]);
  assert.deepEqual(
    [...result.taskFinalStatuses],
    [
      [1, 'D'],
      [2, 'D'],
    ],
  );
  const wanted = server.transport.requests
    .filter(({ path }) => path.endsWith('update_status'))
    .map(({ body }) => body.status);
  assert.deepEqual(wanted, ['R', 'D']);
  const lines = server.transport.lines.filter((line) => /update_status|heartbeat/.test(line));
  assert.match(lines[1] ?? '', /log_heartbeat/, 'a heartbeat follows R, whose date is that of the bind');
});

test('O10: a failed task ends the run with E, and what depends on it stays registered', async () => {
  const [failing, dependent, other] = [makeTask(1), makeTask(2), makeTask(3)];
  const { clock, server, state, orchestrator } = orchestratorOf([failing, dependent, other], {}, 'O');
  link(state, failing, dependent);
  server.onQueued = (_, ids) => void clock.after(10, () => ids.map((id) => server.set(id, id === 1 ? 'F' : 'D')));
  const result = await clock.runUntil(orchestrator.run(alive));
  assert.deepEqual([result.finalStatus, server.runStatus], ['E', 'E']);
  assert.deepEqual([[...result.failedTaskIds], [...result.doneTaskIds]], [[1], [3]]);
  assert.equal(result.taskFinalStatuses.get(2), 'G');
});

test('O14: tasks that were complete before are told', async () => {
  const { clock, state, orchestrator } = orchestratorOf([makeTask(1, { status: 'D' })]);
  state.numPreviouslyComplete = 1;
  assert.equal((await clock.runUntil(orchestrator.run(alive))).numPreviouslyComplete, 1);
});

test('O12: nothing of a run is left when it ends, and an error asks for E and tolerates refusal', async () => {
  const { clock, server, orchestrator } = orchestratorOf([makeTask(1)], {}, 'O');
  server.onQueued = () => server.setRun('C');
  server.fail('terminate', 1000, 400);
  const run = orchestrator.run(() => server.runStatus !== 'C');
  assert.equal((await clock.runUntil(run)).finalStatus, 'T');
  const refused = orchestratorOf([], {}, 'D');
  await refused.orchestrator.handleError(new Error('x'));
  refused.server.fail('update_status', 9, 400);
  await refused.orchestrator.handleError(new Error('x'));
  assert.deepEqual([refused.clock.pending, refused.server.runStatus], [0, 'D']);
});
