import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { after, before, test } from 'node:test';
import { isSkepError } from '../../../src/core/errors.ts';
import { systemProcesses } from '../../../src/core/process.ts';
import { World } from '../world.ts';

/** Processes of this machine that live. */
const living = new Set<string>();
const processes = {
  ...systemProcesses,
  identify: (pid: number) => [...living].find((identity) => identity.startsWith(`${pid}@`)),
};

let world: World;
before(async () => {
  world = await World.open({ processes });
});
after(() => world.close());

const here = (identity: string) => `${hostname()}/${identity}`;
const claim = (workflow_run_id: number, process: string, from_outside = true) =>
  world.call('claimRun', { workflow_run_id }, { process, next_report_increment: 90, from_outside });
const release = (workflow_run_id: number, process: string) =>
  world.call('releaseRun', { workflow_run_id }, { process });
const holder = async (workflow_run_id: number) => (await world.call('getDistributor', { workflow_run_id }, {})).holder;

/** A run that no distributor has. */
const bound = async () => world.run(await world.bind({ tasks: 3 }), { status: 'B' });

test('of two distributors one has the run until it leaves it, and what it repeats changes nothing', async () => {
  const { runId, workflowId } = await bound();
  assert.equal(await holder(runId), null);
  for (let repeat = 0; repeat < 2; repeat++) {
    assert.deepEqual(await claim(runId, 'far/1@1'), {
      granted: true,
      taken_over: false,
      workflow_id: workflowId,
      workflow_run_status: 'B',
      holder: 'far/1@1',
      seconds_left: 90,
    });
  }
  for (const status of ['I', 'O', 'R'] as const) await world.moveRun(runId, status);
  world.advance(30);
  const refused = await claim(runId, 'far/2@1');
  assert.deepEqual([refused.granted, refused.holder, refused.seconds_left], [false, 'far/1@1', 60]);
  await release(runId, 'far/2@1');
  assert.equal(await holder(runId), 'far/1@1');
  for (let repeat = 0; repeat < 2; repeat++) await release(runId, 'far/1@1');
  assert.equal(await holder(runId), null);
  const next = await claim(runId, 'far/2@1');
  assert.deepEqual([next.granted, next.taken_over], [true, true]);
});

test('a claim ends when it is not repeated, and whoever lost it gets it no more', async () => {
  const { runId } = await bound();
  await claim(runId, 'far/1@1');
  world.advance(91);
  assert.equal(await holder(runId), null);
  const second = await claim(runId, 'far/2@1');
  assert.deepEqual([second.granted, second.taken_over], [true, true]);
  assert.equal((await claim(runId, 'far/1@1')).granted, false);
});

test('a dead distributor of this machine keeps nobody out', async () => {
  const { runId } = await bound();
  living.add('10@1');
  await claim(runId, here('10@1'));
  assert.equal((await claim(runId, here('11@1'))).granted, false);
  living.clear();
  living.add('10@2');
  assert.equal(await holder(runId), null);
  assert.equal((await claim(runId, here('10@2'))).taken_over, true);
});

test('a run whose distributor makes no claims is given to nobody but its client', async () => {
  const { runId } = await world.run(await world.bind());
  const refused = await claim(runId, 'far/1@1');
  assert.deepEqual([refused.granted, refused.holder], [false, null]);
  assert.equal((await claim(runId, 'far/1@1', false)).granted, true);
});

test('a run tells the clusters of its tasks', async () => {
  const { runId, workflowId } = await bound();
  const answer = await world.call('getRunClusters', { workflow_run_id: runId }, {});
  assert.deepEqual(answer, { workflow_id: workflowId, cluster_names: ['multiprocess'] });
});

test('an unknown run is said to be unknown', async () => {
  for (const ask of [() => claim(9999, 'far/1@1'), () => holder(9999)]) {
    await assert.rejects(ask, (error) => isSkepError(error, 'not_found') && /Workflow run 9999/.test(error.message));
  }
});

test('what was taken and has not ended is listed by batch, with the jobs as far as they are known', async () => {
  const workflow = await world.run(await world.bind({ tasks: 4 }));
  const [first = 0, second = 0, third = 0, fourth = 0] = await world.queue(workflow);
  const open = () => world.call('getOpenInstances', { workflow_run_id: workflow.runId }, {});
  assert.deepEqual(await open(), { batches: [] });
  await world.call('instantiateTaskInstances', {}, { task_instance_ids: [first, second, third, fourth] });
  const distributor_ids = { [first]: '7_0', [second]: '7_1' };
  await world.call('logDistributorIds', { array_id: workflow.arrayId }, distributor_ids);
  await world.force(first, { instance: 'R' });
  await world.force(second, { instance: 'O' });
  await world.force(fourth, { instance: 'D', task: 'D' });
  assert.deepEqual(await open(), {
    batches: [
      {
        batch: [workflow.arrayId, 'step', 1, workflow.resourcesId, [first, second, third], [0, 1, 2]],
        instances: [
          { status: 'R', distributor_id: '7_0' },
          { status: 'O', distributor_id: '7_1' },
          { status: 'I', distributor_id: null },
        ],
      },
    ],
  });
});
