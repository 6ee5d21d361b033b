import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Progress } from '../../../src/client/swarm/result.ts';
import { RunError, type RunOptions, resumeWorkflowRun, runWorkflow } from '../../../src/client/swarm/run.ts';
import type { BoundTask } from '../../../src/client/swarm/source.ts';
import type { SkepError } from '../../../src/core/errors.ts';
import type { TaskStatus } from '../../../src/core/status.ts';
import { FakeSwarmServer } from '../../support/fake-swarm-server.ts';
import { type Edges, makeRequester, makeWorkflow } from '../../support/swarm.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

interface Shape {
  readonly count: number;
  readonly edges?: Edges;
  readonly statuses?: Record<number, TaskStatus>;
  readonly overrides?: (taskId: number) => Partial<BoundTask>;
}

/** A run of an in-memory workflow against the fake server, which has the same tasks. */
function setUp({ count, edges = [], statuses = {}, overrides }: Shape, { feed = true } = {}) {
  const clock = new VirtualClock();
  const server = new FakeSwarmServer(clock, { feed });
  for (let id = 1; id <= count; id++) {
    const downstream = edges.filter(([from]) => from === id).map(([, to]) => to);
    server.addTask(id, { downstream, status: statuses[id] ?? 'G' });
  }
  const requester = makeRequester(server.transport, clock);
  const workflow = makeWorkflow(requester, { count, edges, statuses }, overrides);
  const common = {
    workflowRunId: 7,
    requester,
    distributorAlive: () => true,
    heartbeat: { workflow_run_interval: 30, report_by_buffer: 3.1 },
    clock,
  } satisfies RunOptions;
  const run = (options: Partial<RunOptions> = {}) => runWorkflow({ ...common, workflow, ...options });
  const resume = (options: Partial<RunOptions> = {}) => resumeWorkflowRun({ ...common, workflowId: 3, ...options });
  /** Lets queued tasks end after a while. */
  const finish = (milliseconds: number, ending: (id: number) => TaskStatus = () => 'D') => {
    server.onQueued = (_, ids) => {
      for (const id of ids) clock.after(milliseconds, () => server.set(id, ending(id)));
    };
  };
  return { clock, server, run, resume, finish };
}

const chainOf = (count: number): Edges =>
  Array.from({ length: count - 1 }, (_, index) => [index + 1, index + 2] as const);

/** Rejects as expected, with the result so far. */
async function failure(promise: Promise<unknown>): Promise<RunError> {
  const error = await promise.then(
    () => assert.fail('it did not fail'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof RunError, String(error));
  return error;
}

test('a chain runs at the pace of its tasks with a feed, and near it by polling', async () => {
  for (const feed of [true, false]) {
    const { clock, run, finish } = setUp({ count: 20, edges: chainOf(20) }, { feed });
    finish(100);
    const result = await clock.runUntil(run());
    assert.equal(result.finalStatus, 'D');
    assert.ok(result.elapsedTime < (feed ? 2.1 : 4), `${result.elapsedTime} s for 20 × 0.1 s`);
    assert.ok(clock.pending <= 1);
  }
});

test('R5: three upstreams, three dependents on all of them', async () => {
  for (const feed of [true, false]) {
    const edges = [1, 2, 3].flatMap((from) => [4, 5, 6].map((to) => [from, to] as const));
    const { clock, server, run, finish } = setUp({ count: 6, edges }, { feed });
    finish(50);
    assert.equal((await clock.runUntil(run())).doneCount, 6);
    const queued = server.transport.requests.filter(({ path }) => path.includes('queue_task_batch'));
    assert.deepEqual(
      queued.map(({ body }) => body.task_ids),
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    );
  }
});

test('a resume by id runs what is not done, and moves the run from O to R', async () => {
  const { clock, server, resume, finish } = setUp({ count: 4, edges: chainOf(4), statuses: { 1: 'D', 2: 'D' } });
  finish(10);
  const result = await clock.runUntil(resume());
  assert.deepEqual([result.finalStatus, result.totalTasks, result.numPreviouslyComplete], ['D', 2, 0]);
  assert.equal(server.runStatus, 'D');
});

test('a workflow that was partly done tells how much, and a wholly done one ends at once', async () => {
  const partly = setUp({ count: 3, edges: chainOf(3), statuses: { 1: 'D' } });
  partly.finish(10);
  const result = await partly.clock.runUntil(partly.run());
  assert.deepEqual([result.doneCount, result.numPreviouslyComplete], [3, 1]);
  const wholly = setUp({ count: 2, statuses: { 1: 'D', 2: 'D' } });
  assert.equal((await wholly.clock.runUntil(wholly.run())).finalStatus, 'D');
  assert.equal(wholly.server.countOf('queue_task_batch'), 0);
});

test('a task that ends between binding and listening is noticed', async () => {
  for (const feed of [true, false]) {
    const { clock, server, run, finish } = setUp({ count: 2, edges: chainOf(2), statuses: { 1: 'R' } }, { feed });
    server.set(1, 'D');
    finish(10);
    const result = await clock.runUntil(run());
    assert.deepEqual([result.finalStatus, result.doneCount], ['D', 2]);
  }
});

test('R1: the timeout names its seconds, sets the run to E and carries the result', async () => {
  const { clock, server, run } = setUp({ count: 2 });
  const error = await failure(clock.runUntil(run({ timeout: 2 })));
  assert.equal(error.code, 'run_timeout');
  assert.match(error.message, /2 seconds/);
  assert.deepEqual([error.result.finalStatus, error.result.totalTasks, server.runStatus], ['E', 2, 'E']);
  assert.ok(clock.monotonic() >= 2000 && clock.monotonic() < 2100, `${clock.monotonic()}`);
});

test('R4: fail-fast ends early with a result', async () => {
  const { clock, server, run, finish } = setUp({ count: 3, edges: [[1, 3]] });
  finish(10, (id) => (id === 2 ? 'F' : 'R'));
  const result = await clock.runUntil(run({ config: { failFast: true } }));
  assert.deepEqual([result.finalStatus, result.failedCount, server.runStatus], ['E', 1, 'E']);
  assert.ok(clock.monotonic() < 1000);
});

test('O11: a distributor that dies is noticed within a second', async () => {
  const { clock, server, run } = setUp({ count: 1 });
  const error = await failure(clock.runUntil(run({ distributorAlive: () => clock.monotonic() < 5000 })));
  assert.equal(error.code, 'distributor_dead');
  assert.ok(clock.monotonic() <= 6000);
  assert.equal(server.runStatus, 'E');
});

test('O11, R10: an interrupt sets S and rejects at once, wherever the run is', async () => {
  for (const path of ['', '/time', '/cluster/', 'update_status', 'queue_task_batch', '/changes']) {
    const { clock, server, run } = setUp({ count: 1 });
    const stop = new AbortController();
    if (path !== '') server.fail(path, path === 'update_status' ? 2 : 1000, 'cut');
    const running = run({ signal: stop.signal }).then(
      () => assert.fail('it did not fail'),
      (reason: unknown) => reason as SkepError,
    );
    await clock.advance(3000);
    stop.abort();
    const start = clock.monotonic();
    const error = await running;
    assert.equal(error.code, 'run_interrupted', `${path}: ${error.message}`);
    assert.equal(server.runStatus, 'S', path);
    assert.ok(clock.monotonic() - start < 2000);
  }
});

test('an error of a function of the user is raised as it is, with the run set to E', async () => {
  const boom = new TypeError('no such file');
  const overrides = (taskId: number) => (taskId === 2 ? { computeResourcesCallable: () => Promise.reject(boom) } : {});
  const { clock, server, run, finish } = setUp({ count: 2, edges: [[1, 2]], overrides });
  finish(10);
  await assert.rejects(clock.runUntil(run()), (error) => error === boom);
  assert.equal(server.runStatus, 'E');
  assert.ok(clock.pending <= 1);
});

test('an error while building sets the run to E', async () => {
  const { clock, server, run } = setUp({ count: 1, overrides: () => ({ clusterName: 'mars' }) });
  server.fail('/cluster/', 1, 400);
  await assert.rejects(clock.runUntil(run()), { code: 'request_refused' });
  assert.equal(server.runStatus, 'E');
});

test('R7, R11: a cold resume ends the running task, and the run ends with T', async () => {
  for (const feed of [true, false]) {
    const { clock, server, run, finish } = setUp({ count: 2, edges: chainOf(2) }, { feed });
    finish(10, () => 'R');
    const running = run();
    await clock.advance(5000);
    server.setRun('C');
    await clock.advance(35_000);
    assert.equal(server.countOf('terminate_task_instances'), feed ? 2 : 1);
    server.set(1, 'F');
    const result = await clock.runUntil(running);
    assert.deepEqual([result.finalStatus, server.runStatus], ['T', 'T']);
    assert.deepEqual(
      [...result.taskFinalStatuses],
      [
        [1, 'F'],
        [2, 'G'],
      ],
    );
  }
});

test('a cold resume does not wait for tasks whose attempts it ended before they were launched', async () => {
  for (const status of ['Q', 'I'] as const) {
    const { clock, server, run, finish } = setUp({ count: 1 });
    finish(10, () => status);
    const running = run();
    await clock.advance(1000);
    server.setRun('C');
    await clock.advance(2000);
    assert.equal((await running).finalStatus, 'T');
    assert.equal(server.countOf('terminate_task_instances'), 1);
  }
});

test('a hot resume leaves the running task and ends with T', async () => {
  const { clock, server, run, finish } = setUp({ count: 2 });
  finish(10, () => 'R');
  const running = run();
  await clock.advance(1000);
  server.setRun('H');
  await clock.advance(1000);
  const result = await running;
  assert.deepEqual([result.finalStatus, result.taskFinalStatuses.get(1)], ['T', 'R']);
});

test('all tasks done after a signal still ends with T, which the server accepts', async () => {
  const { clock, server, run, finish } = setUp({ count: 1 });
  finish(500, (id) => {
    server.runStatus = 'C';
    return id ? 'D' : 'F';
  });
  assert.equal((await clock.runUntil(run())).finalStatus, 'T');
});

test('a signal that comes before the run is running is obeyed', async () => {
  const { clock, server, run } = setUp({ count: 1 });
  server.runStatus = 'C';
  assert.equal((await clock.runUntil(run())).finalStatus, 'T');
  assert.equal(server.countOf('queue_task_batch'), 0);
});

test('a run that the server stopped leaves at once and keeps the status', async () => {
  for (const status of ['E', 'S', 'T'] as const) {
    const { clock, server, run, finish } = setUp({ count: 1 });
    finish(10, () => 'R');
    const running = run();
    await clock.advance(1000);
    server.setRun(status);
    await clock.advance(100);
    assert.equal((await running).finalStatus, status);
    assert.equal(server.runStatus, status);
  }
});

test('a limit of 0 pauses the workflow, and raising it goes on', async () => {
  for (const feed of [true, false]) {
    const { clock, server, resume, finish } = setUp({ count: 3 }, { feed });
    server.setLimits(0);
    finish(10);
    const running = resume();
    await clock.advance(100_000);
    assert.equal(server.countOf('queue_task_batch'), 0);
    server.setLimits(2);
    assert.equal((await clock.runUntil(running)).finalStatus, 'D');
    const sizes = server.transport.requests.filter(({ path }) => path.includes('queue_task_batch'));
    assert.equal(sizes[0]?.body.task_ids.length, 2);
  }
});

test('a limit holds at every moment, also while answers overtake each other', async () => {
  for (const feed of [true, false]) {
    const { clock, server, resume } = setUp({ count: 60 }, { feed });
    server.setLimits(5);
    let most = 0;
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    server.onQueued = (_, ids) => {
      const active = [...server.tasks.values()].filter(({ status }) => status === 'Q').length;
      most = Math.max(most, active);
      for (const id of ids) clock.after(1 + 300 * random(), () => server.set(id, random() < 0.3 ? 'G' : 'D'));
    };
    const send = server.transport.send.bind(server.transport);
    server.transport.send = async (request) => {
      await clock.sleep(40 * random());
      const answer = await send(request);
      await clock.sleep(40 * random());
      return answer;
    };
    const result = await clock.runUntil(resume({ config: { heartbeatInterval: 2, wedgedWorkflowSyncInterval: 1 } }));
    assert.equal(result.doneCount, 60);
    assert.equal(most, 5);
  }
});

test('tasks that need more are queued again with scaled resources', async () => {
  const { clock, server, run } = setUp({ count: 1 });
  const bound: unknown[] = [];
  let attempts = 0;
  server.onQueued = (_, ids) => {
    attempts += 1;
    const status = attempts === 3 ? 'D' : 'A';
    for (const id of ids) clock.after(10, () => server.set(id, status));
  };
  assert.equal((await clock.runUntil(run())).finalStatus, 'D');
  for (const { path, body } of server.transport.requests)
    if (path.endsWith('bind_resources')) bound.push(body.requested_resources);
  assert.deepEqual(bound, [{ memory: 2 }, { memory: 3 }, { memory: 5 }]);
});

test('an unmoved task is tried again, gently, until the server moves it', async () => {
  const { clock, server, run, finish } = setUp({ count: 1 });
  finish(10);
  const send = server.transport.send.bind(server.transport);
  let refusals = 5;
  server.transport.send = async (request) => {
    if (!request.url.includes('queue_task_batch') || refusals-- <= 0) return send(request);
    return { status: 200, contentType: 'application/json', text: '{"tasks_by_status":{"G":[1]}}' };
  };
  const result = await clock.runUntil(run());
  assert.equal(result.finalStatus, 'D');
  assert.ok(result.elapsedTime >= 4 && result.elapsedTime < 7, `${result.elapsedTime}`);
});

test('a server that is away for ten minutes, in any phase, ends nothing', async () => {
  for (const path of ['queue_task_batch', '/changes', 'log_heartbeat', 'set_status_for_triaging']) {
    const { clock, server, run, finish } = setUp({ count: 3, edges: chainOf(3) });
    finish(1000);
    const running = run();
    await clock.advance(500);
    server.fail(path, Number.POSITIVE_INFINITY, 'cut');
    await clock.advance(600_000);
    server.failures.clear();
    assert.equal((await clock.runUntil(running)).finalStatus, 'D', path);
  }
});

test('news that no answer told are found by the full sync after ten minutes', async () => {
  const { clock, server, run } = setUp({ count: 1 });
  server.onQueued = (_, [id = 0]) => {
    const task = server.tasks.get(id);
    clock.after(10, () => {
      if (task) task.status = 'D';
    });
  };
  const result = await clock.runUntil(run());
  assert.equal(result.finalStatus, 'D');
  assert.ok(result.elapsedTime >= 600 && result.elapsedTime < 602, `${result.elapsedTime}`);
});

test('R3: with a negative wedged interval full syncs come every second', async () => {
  const { clock, server, run } = setUp({ count: 1 });
  server.onQueued = () => {};
  const running = run({ config: { wedgedWorkflowSyncInterval: -1 } });
  await clock.advance(1000);
  const task = server.tasks.get(1);
  if (task) task.status = 'D';
  await clock.advance(2000);
  assert.equal((await running).finalStatus, 'D');
});

test('the run beats every interval with status R', async () => {
  const { clock, server, run, finish } = setUp({ count: 1 });
  finish(100_000);
  await clock.runUntil(run());
  const beats = server.transport.requests.filter(({ path }) => path.endsWith('log_heartbeat')).map(({ body }) => body);
  assert.equal(beats.length, 4);
  assert.ok(beats.every(({ status, next_report_increment }) => status === 'R' && next_report_increment === 93));
  assert.equal(server.countOf('set_status_for_triaging'), 3);
});

test('progress tells counts, total, time and status', async () => {
  const { clock, run, finish } = setUp({ count: 2, edges: chainOf(2) });
  finish(1500);
  const seen: Progress[] = [];
  await clock.runUntil(run({ onProgress: (progress) => seen.push(progress) }));
  assert.deepEqual([seen.at(-1)?.counts.D, seen.at(-1)?.total, seen.at(-1)?.workflowRunStatus], [2, 2, 'R']);
  assert.ok(seen.some(({ counts }) => counts.D === 1 && counts.Q === 1));
  assert.ok(seen.every(({ elapsed }, index) => elapsed >= (seen[index - 1]?.elapsed ?? 0)));
});

test('the test hook ends the run after so many completions', async () => {
  const { clock, server, run, finish } = setUp({ count: 3, edges: chainOf(3) });
  finish(10);
  const error = await failure(clock.runUntil(run({ config: { failAfterNExecutions: 2 } })));
  assert.deepEqual([error.code, server.runStatus, error.result.doneCount], ['run_stopped_by_test', 'E', 2]);
});
