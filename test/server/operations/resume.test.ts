import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { after, before, test } from 'node:test';
import { type ProcessLauncher, systemProcesses } from '../../../src/core/process.ts';
import { World } from '../world.ts';

/** Processes 1000 and up live while they are listed. */
const alive = new Set<number>();
const processes: ProcessLauncher = {
  ...systemProcesses,
  identify: (pid) => (alive.has(pid) ? `${pid}@77` : undefined),
};

let world: World;
before(async () => {
  world = await World.open({ processes });
});
after(() => world.close());

const resume = (workflowId: number, cold: unknown) =>
  world.call('setResume', { workflow_id: workflowId }, { reset_running_jobs: cold });
const resumable = (workflowId: number) => world.call('isResumable', { workflow_id: workflowId }, {});
const cleanUp = (workflowId: number) => world.call('forceCleanup', { workflow_id: workflowId }, {});
const terminate = async (runId: number) =>
  (await world.call('terminateTaskInstances', { workflow_run_id: runId }, {})).num_terminated;

test('a resume signal reaches the live run in every status that it can have, and once', async () => {
  for (const status of ['B', 'I', 'O', 'R'] as const) {
    for (const [cold, letter] of [
      [true, 'C'],
      [0, 'H'],
    ] as const) {
      const { runId, workflowId } = await world.run(await world.bind(), { status });
      for (let repeat = 0; repeat < 2; repeat++) {
        assert.deepEqual(await resume(workflowId, cold), {});
        assert.equal((await world.runPair(runId))[0], letter);
      }
      assert.deepEqual(await resumable(workflowId), { workflow_is_resumable: false, pending_kill_self: 0 });
      assert.equal(await world.moveRun(runId, 'T'), 'T');
      assert.equal(await world.runPair(runId), 'T/H');
      assert.deepEqual(await resumable(workflowId), { workflow_is_resumable: true, pending_kill_self: 0 });
    }
  }
});

test('nothing to resume: no effect; an unknown workflow is not resumable', async () => {
  assert.deepEqual(await resume(999_999, true), {});
  await assert.rejects(resumable(999_999), { status: 404 });
});

test('A23: waiting instances and their tasks fail, launched and running ones are ordered to die', async () => {
  const workflow = await world.run(await world.bind({ tasks: 5 }));
  const [queued, instantiated, launched, running, triaging] = workflow.taskIds.map((id) => [id]);
  const [q = 0] = await world.attempt(workflow, 'Q', queued);
  const [i = 0] = await world.attempt(workflow, 'I', instantiated);
  const [o = 0] = await world.attempt(workflow, 'O', launched);
  const [r = 0] = await world.attempt(workflow, 'R', running);
  const [t = 0] = await world.attempt(workflow, 'R', triaging);
  await world.force(t, { instance: 'T' });
  await resume(workflow.workflowId, true);
  assert.equal(await terminate(workflow.runId), 5);
  assert.deepEqual(await Promise.all([q, i, o, r, t].map((id) => world.pair(id))), ['F/F', 'F/F', 'K/O', 'K/R', 'K/R']);
  assert.match((await world.errors(o))[0] ?? '', /O → K/);
  assert.equal(await terminate(workflow.runId), 0);
  assert.equal((await world.errors(q)).length, 1);

  assert.deepEqual(await resumable(workflow.workflowId), { workflow_is_resumable: false, pending_kill_self: 3 });
  assert.deepEqual(await cleanUp(workflow.workflowId), { num_cleaned_up: 3, num_workflow_runs_finalized: 1 });
  assert.deepEqual(await cleanUp(workflow.workflowId), { num_cleaned_up: 0, num_workflow_runs_finalized: 0 });
  assert.equal(await world.runPair(workflow.runId), 'T/H');
  assert.equal(await world.pair(r), 'F/F');
});

test('a hot resume lets running instances go on', async () => {
  const workflow = await world.run(await world.bind({ tasks: 2 }));
  const [r = 0, o = 0] = await world.attempt(workflow, 'O');
  await world.start([r]);
  await resume(workflow.workflowId, false);
  assert.equal(await terminate(workflow.runId), 1);
  assert.deepEqual([await world.pair(r), await world.pair(o)], ['R/R', 'K/O']);
});

test('an order to terminate that comes when a hot run has ended is a late copy: what was spared goes on', async () => {
  const workflow = await world.run(await world.bind());
  const [r = 0] = await world.attempt(workflow, 'R');
  await resume(workflow.workflowId, false);
  assert.equal(await terminate(workflow.runId), 0);
  assert.equal(await world.moveRun(workflow.runId, 'T'), 'T');
  assert.equal(await terminate(workflow.runId), 0);
  assert.deepEqual(await world.pair(r), 'R/R');
});

test('a run whose client is dead on this machine is ended at once', async () => {
  const workflow = await world.run(await world.bind({ tasks: 2 }), { client: `${hostname()}/4000@77` });
  const [q = 0] = await world.attempt(workflow, 'Q', workflow.taskIds.slice(0, 1));
  const [r = 0] = await world.attempt(workflow, 'R', workflow.taskIds.slice(1));
  await resume(workflow.workflowId, true);
  assert.equal(await world.runPair(workflow.runId), 'T/H');
  assert.deepEqual([await world.pair(q), await world.pair(r)], ['F/F', 'K/R']);
  assert.deepEqual(await resumable(workflow.workflowId), { workflow_is_resumable: true, pending_kill_self: 1 });
});

test('a client that lives, or of which this machine cannot know, gets the signal and its time', async () => {
  alive.add(4001);
  for (const client of [`${hostname()}/4001@77`, 'another-host/4000@77', 'unreadable']) {
    const workflow = await world.run(await world.bind(), { client });
    await resume(workflow.workflowId, true);
    assert.equal(await world.runPair(workflow.runId), 'C/R', client);
  }
});

test('a dead client that was still linking is ended too; a new process with its number does not count as it', async () => {
  alive.add(4002);
  const workflow = await world.run(await world.bind(), { client: `${hostname()}/4002@76`, status: 'L' });
  await resume(workflow.workflowId, true);
  assert.equal(await world.runPair(workflow.runId), 'A/A');
});

test('set_resume_state resets what is not done, with all attempts, and nothing under a live run', async () => {
  const workflow = await world.run(await world.bind({ tasks: 5 }));
  const [done = 0, running = 0, failed = 0, retried = 0] = await world.attempt(
    workflow,
    'R',
    workflow.taskIds.slice(0, 4),
  );
  await world.end([done], 'D');
  await world.force(failed, { task: 'F', instance: 'E' });
  await world.end([retried], 'E');
  const reset = (reset_if_running: unknown) =>
    world.call('setResumeState', { workflow_id: workflow.workflowId }, { reset_if_running });
  assert.match((await reset(true)).err_msg ?? '', /live run/);
  await world.moveRun(workflow.runId, 'E');
  const states = () =>
    Promise.all(
      workflow.taskIds.map(async (id) => {
        const { status, num_attempts } = await world.task(id);
        return `${status}${num_attempts}`;
      }),
    );
  assert.deepEqual(await states(), ['D1', 'R1', 'F1', 'G1', 'G0']);
  for (let repeat = 0; repeat < 2; repeat++) {
    assert.deepEqual(await reset(''), {});
    assert.deepEqual(await states(), ['D1', 'R1', 'G0', 'G0', 'G0']);
  }
  assert.deepEqual(await reset('false'), {});
  assert.deepEqual(await states(), ['D1', 'G0', 'G0', 'G0', 'G0']);
  assert.equal((await world.instance(running)).status, 'R');
  assert.deepEqual(await world.call('setResumeState', { workflow_id: 999_999 }, { reset_if_running: 1 }), {});
});

test('attempts that a dead run left behind are told to die when the next run links', async () => {
  const first = await world.run(await world.bind({ tasks: 3 }));
  const [talking = 0, silent = 0, going = 0] = await world.attempt(first, 'R');
  await world.moveRun(first.runId, 'E');
  world.advance(300);
  await world.call('logReportBy', { task_instance_id: talking }, { next_report_increment: 279 });
  await world.force(talking, { task: 'G' });
  await world.force(silent, { task: 'G' });
  await world.run(first);
  assert.deepEqual(
    [await world.pair(talking), await world.pair(silent), await world.pair(going)],
    ['K/G', 'F/G', 'R/R'],
  );
  assert.deepEqual(await world.call('logReportBy', { task_instance_id: talking }, { next_report_increment: 279 }), {
    status: 'K',
  });
  assert.deepEqual((await world.end([talking], 'F')).statuses, { [talking]: 'F' });
  assert.equal(await world.pair(talking), 'F/G');
});
