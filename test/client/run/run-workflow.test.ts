import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type RunOptions, resumeWorkflowFromId } from '../../../src/client/run/run-workflow.ts';
import { type Play, playingDistributor } from '../../support/playing-distributor.ts';
import { jsonAnswer, type RecordedRequest } from '../../support/recording-transport.ts';
import { chain, openServer } from '../binding/bound.ts';

async function stage(context: TestContext, play: Play = () => 'D', intercept?: Parameters<typeof openServer>[1]) {
  const server = await openServer(context, intercept);
  const processes = playingDistributor(server.requester, play);
  const options: RunOptions = { requester: server.requester, processes, resumeTimeout: 5, secondsUntilTimeout: 60 };
  // A heartbeat is answered with the status, which it cannot change once the run has ended.
  const runStatus = async (id: number) => {
    const heartbeat = { status: 'R', next_report_increment: 1 };
    return (await server.served.ask('POST', `/workflow_run/${id}/log_heartbeat`, heartbeat)).status;
  };
  return { ...server, processes, options, runStatus };
}

test('a workflow runs to its end in the order of its dependencies, and a second time not at all', async (context) => {
  const { options, processes } = await stage(context);
  const workflow = chain(4);
  const bound: number[] = [];
  const result = await workflow.run({ ...options, onBound: ({ workflowId }) => bound.push(workflowId) });
  assert.equal(result.status, 'D');
  assert.equal(result.doneCount, 4);
  assert.deepEqual(bound, [result.workflowId]);
  assert.deepEqual(processes.started, ['step_0', 'step_1', 'step_2', 'step_3']);
  assert.deepEqual(
    workflow.tasks.map(({ finalStatus }) => finalStatus),
    ['D', 'D', 'D', 'D'],
  );
  await assert.rejects(chain(4).run({ ...options, resume: true }), { code: 'workflow_complete' });
  await assert.rejects(chain(4).run(options), { code: 'workflow_complete' });
});

test('a failed workflow needs resume; then only what is not done runs again', async (context) => {
  let isMended = false;
  const { options, processes } = await stage(context, (name) => (name === 'step_1' && !isMended ? 'E' : 'D'));
  const first = chain(3, { defaultMaxAttempts: 2 });
  const failed = await first.run(options);
  assert.equal(failed.status, 'E');
  assert.deepEqual(processes.started, ['step_0', 'step_1', 'step_1']);
  assert.deepEqual(
    first.tasks.map(({ finalStatus }) => finalStatus),
    ['D', 'F', 'G'],
  );
  const errors = await first.getErrors();
  assert.deepEqual([...errors.keys()], [first.tasks[1]?.taskId]);
  assert.match(errors.get(first.tasks[1]?.taskId as number)?.errorLog.at(-1)?.description ?? '', /failed at attempt 2/);
  assert.equal(await first.tasks[0]?.getErrors(), undefined);
  const own = await first.tasks[1]?.getErrors();
  assert.deepEqual(own, errors.get(first.tasks[1]?.taskId as number));
  assert.equal(await first.tasks[1]?.getErrors(), own, 'asked for once, as long as no other run has ended');
  assert.deepEqual(await first.taskErrors(), new Map([['step_1', own]]));
  await assert.rejects(chain(3).run(options), { code: 'workflow_exists', message: /Workflow 1 .* exists already/ });
  isMended = true;
  processes.started.length = 0;
  const second = chain(3);
  await assert.rejects(second.run(options), { code: 'workflow_exists' });
  const resumed = await second.run({ ...options, resume: true });
  assert.equal(resumed.status, 'D');
  assert.equal(resumed.workflowId, failed.workflowId);
  assert.deepEqual(processes.started, ['step_1', 'step_2']);
  assert.deepEqual(
    second.tasks.map(({ finalStatus }) => finalStatus),
    ['D', 'D', 'D'],
  );
});

test('a failed workflow runs again from the same object, without resume', async (context) => {
  let isMended = false;
  const { options, processes } = await stage(context, (name) => (name === 'step_1' && !isMended ? 'E' : 'D'));
  const workflow = chain(3, { defaultMaxAttempts: 1 });
  assert.equal((await workflow.run(options)).status, 'E');
  isMended = true;
  assert.equal((await workflow.run(options)).status, 'D');
  assert.deepEqual(processes.started, ['step_0', 'step_1', 'step_1', 'step_2']);
  assert.deepEqual(await workflow.taskErrors(), new Map());
  await assert.rejects(workflow.run(options), { code: 'workflow_not_resumable' });
});

test('a workflow whose client died while it was being bound can be run, with resume and without', async (context) => {
  const { options } = await stage(context);
  for (const resume of [true, false]) {
    const args = { workflowArgs: `resume ${resume}` };
    await chain(2, args).bind(options.requester);
    assert.equal((await chain(2, args).run({ ...options, resume })).status, 'D');
  }
});

test('resume of a workflow that does not exist is a warning and a normal run', async (context) => {
  const { options } = await stage(context);
  assert.equal((await chain(1).run({ ...options, resume: true })).status, 'D');
});

test('a distributor that does not start ends the run with E, and the workflow can be resumed', async (context) => {
  const { options, runStatus } = await stage(context);
  const failing = chain(1).run({ ...options, processes: undefined, distributorCommand: ['/bin/false'] });
  await assert.rejects(failing, { code: 'distributor_startup', message: /status 1/ });
  assert.equal(await runStatus(1), 'E');
  assert.equal((await chain(1).run({ ...options, resume: true })).status, 'D');
});

test('a distributor that dies ends the run with E and its last words, and the tasks get their statuses', async (context) => {
  const { options, processes, runStatus } = await stage(context, () => undefined);
  const workflow = chain(2);
  const running = workflow.run({
    ...options,
    onProgress: ({ counts }) => counts.R === 1 && processes.crash(),
  });
  await assert.rejects(running, { code: 'distributor_dead' });
  assert.equal(await runStatus(1), 'E');
  assert.equal(workflow.tasks[1]?.finalStatus, 'G');
});

test('a stopped run gets status S, its distributor is stopped, and it can be resumed', async (context) => {
  let isStopped = false;
  const { options, processes, runStatus } = await stage(context, () => (isStopped ? 'D' : undefined));
  const stop = new AbortController();
  const running = chain(2).run({
    ...options,
    signal: stop.signal,
    onProgress: ({ counts }) => counts.R === 1 && stop.abort(),
  });
  await assert.rejects(running, { code: 'run_interrupted' });
  assert.equal(await runStatus(1), 'S');
  isStopped = true;
  const resumed = await chain(2).run({ ...options, resume: true, forceCleanup: true });
  assert.equal(resumed.status, 'D');
  assert.deepEqual(processes.started, ['step_0', 'step_0', 'step_1']);
});

test('a run that the server does not allow is refused with its reason', async (context) => {
  const answer = jsonAnswer({ workflow_run_id: null, err_msg: 'another run is alive' });
  const refuse = ({ route }: RecordedRequest) => (route === 'POST /workflow_run' ? answer : undefined);
  const { options } = await stage(context, () => 'D', refuse);
  await assert.rejects(chain(1).run(options), {
    code: 'workflow_not_resumable',
    message: 'The server starts no run of workflow 1: another run is alive',
  });
});

test('the run is created with its user, its process and the deadline of the heartbeats', async (context) => {
  const { options, bodiesOf } = await stage(context);
  const heartbeat = { workflow_run_interval: 2, task_instance_interval: 3, report_by_buffer: 1.5 };
  await chain(1).run({ ...options, heartbeat, environment: { LOGNAME: '', USER: 'bee' } });
  const [{ client_process: client, ...body }] = bodiesOf('POST /workflow_run');
  assert.deepEqual(body, { workflow_id: 1, user: 'bee', jobmon_version: '3.6.0', next_report_increment: 3 });
  assert.match(client, new RegExp(`^.+/${process.pid}@`));
});

test('a workflow that only the server knows is resumed by its id', async (context) => {
  let isMended = false;
  const { options, processes } = await stage(context, (name) => (name === 'step_1' && !isMended ? 'E' : 'D'));
  const { workflowId } = await chain(3, { defaultMaxAttempts: 1 }).run(options);
  isMended = true;
  processes.started.length = 0;
  const result = await resumeWorkflowFromId({ ...options, workflowId, clusterName: 'multiprocess' });
  assert.equal(result.status, 'D');
  assert.equal(result.workflowId, workflowId);
  assert.deepEqual(processes.started, ['step_1', 'step_2']);
});

test('what a done task used is read back as numbers', async (context) => {
  const { options } = await stage(context);
  const workflow = chain(1);
  await workflow.run(options);
  const usage = await workflow.tasks[0]?.resourceUsage();
  assert.equal(usage?.attempts, 1);
  assert.equal(usage?.nodeName, 'stage');
});

test('while its distributor starts, the run reports to the server', async (context) => {
  const { promise: reported, resolve } = Promise.withResolvers<void>();
  const { options, processes } = await stage(
    context,
    () => 'D',
    ({ route }) => {
      if (route === 'POST /workflow_run/1/log_heartbeat') resolve();
      return undefined;
    },
  );
  const heartbeat = { workflow_run_interval: 0.05, task_instance_interval: 3, report_by_buffer: 100 };
  const slow = {
    ...processes,
    async launch(request: Parameters<typeof processes.launch>[0]) {
      await reported;
      return processes.launch(request);
    },
  };
  assert.equal((await chain(1).run({ ...options, heartbeat, processes: slow })).status, 'D');
});

test('a run that cannot be bound is aborted, so that it blocks no other', async (context) => {
  const isBinding = ({ route, body }: RecordedRequest) => route.endsWith('/update_status') && body.status === 'B';
  let isFailing = true;
  const fail = (request: RecordedRequest) => (isFailing && isBinding(request) ? jsonAnswer({}, 503) : undefined);
  const { options, runStatus } = await stage(context, () => 'D', fail);
  await assert.rejects(chain(1).run(options), { code: 'request_failed' });
  assert.equal(await runStatus(1), 'A');
  isFailing = false;
  assert.equal((await chain(1).run({ ...options, resume: true })).status, 'D');
});
