import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Requester } from '../../../../src/api/requester.ts';
import { loadConfig } from '../../../../src/core/config.ts';
import { silentLog } from '../../../../src/core/log.ts';
import type { ClusterContext } from '../../../../src/distributor/clusters/cluster.ts';
import { readParameters } from '../../../../src/distributor/clusters/slurm/parameters.ts';
import { SlurmCluster } from '../../../../src/distributor/clusters/slurm/slurm-cluster.ts';
import { fakeTransport } from '../../../support/fake-transport.ts';
import { MemorySlurm } from '../../../support/memory-slurm.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

/** A cluster that has started, with the jobs 1_0 and 1_1. */
async function scene() {
  const controller = new MemorySlurm();
  const clock = new VirtualClock();
  const transport = fakeTransport(({ path }) =>
    path === '/skep/capabilities' ? { database_id: 'd' } : { status_updates: {} },
  );
  const context = {
    clusterName: 'hpc',
    workflowId: 1,
    workflowRunId: 2,
    requester: new Requester({ transport, clock }),
    config: loadConfig({ environment: {} }),
    clock,
    log: silentLog,
  } as unknown as ClusterContext;
  const cluster = new SlurmCluster(context, readParameters('hpc', { poll_interval: 1 }), controller);
  const lost: string[] = [];
  cluster.onLost((ids) => lost.push(...ids));
  await clock.runUntil(cluster.start());
  const steps = [0, 1].map((step) => ({ step, taskInstanceId: 100 + step }));
  const batch = { arrayId: 7, batchNumber: 1, name: 'a-1', resources: {}, steps, workerArguments: [], mayExist: false };
  await clock.runUntil(cluster.submit(batch));
  const state = async (id: string) => (await clock.runUntil(cluster.states([id]))).get(id);
  return { controller, clock, cluster, lost, state, batch };
}

test('what waits, what runs, and what accounting says of the end', async () => {
  const { controller, state } = await scene();
  assert.deepEqual(await state('1_0'), { kind: 'pending' });
  controller.set('1_0', 'RUNNING');
  assert.deepEqual(await state('1_0'), { kind: 'running' });
  controller.set('1_0', 'OUT_OF_MEMORY');
  controller.account('1_0', { state: 'OUT_OF_MEMORY', signal: 125 });
  const gone = await state('1_0');
  assert.deepEqual(gone?.kind === 'gone' && [gone.exit?.status, gone.exit?.ranOut], ['Z', 'memory']);
});

test('accounting that has not heard of the end gets fifteen seconds, then the controller’s own word counts', async () => {
  const { controller, clock, state } = await scene();
  controller.set('1_0', 'TIMEOUT');
  controller.account('1_0', { state: 'RUNNING' });
  assert.equal(await state('1_0'), undefined);
  await clock.advance(10_000);
  assert.equal(await state('1_0'), undefined);
  await clock.advance(5000);
  const gone = await state('1_0');
  assert.deepEqual(gone?.kind === 'gone' && [gone.exit?.ranOut, gone.exit?.usage], ['runtime', undefined]);
});

test('a job that was purged from the queue is known to accounting', async () => {
  const { controller, state } = await scene();
  controller.account('1_0', { state: 'FAILED', exitCode: 3 });
  controller.queue.delete('1_0');
  const gone = await state('1_0');
  assert.match((gone?.kind === 'gone' && gone.exit?.message) || '', /exit code 3/);
});

test('a job that nobody knows is given up after two minutes, and not for certain', async () => {
  const { controller, clock, state } = await scene();
  controller.queue.delete('1_0');
  assert.equal(await state('1_0'), undefined);
  await clock.advance(115_000);
  assert.equal(await state('1_0'), undefined);
  await clock.advance(10_000);
  const gone = await state('1_0');
  assert.deepEqual(gone?.kind === 'gone' && [gone.exit?.status, gone.exit?.isUncertain], ['U', true]);
});

test('after a crash of the controller the same ids are other jobs, in the queue and in accounting', async () => {
  const { controller, cluster, clock, state, batch } = await scene();
  controller.crash();
  const ids = await clock.runUntil(cluster.submit({ ...batch, batchNumber: 2 }));
  assert.deepEqual([...ids.values()], ['1_0', '1_1'], 'handed out again');
  controller.set('1_0', 'COMPLETED');
  controller.account('1_0', { state: 'COMPLETED' });
  assert.equal((await state('1_0'))?.kind, 'gone');
});

test('the end of a job is told by itself, once, and only of ours', async () => {
  const { controller, clock, lost } = await scene();
  controller.set('1_0', 'COMPLETED');
  await clock.advance(4000);
  assert.deepEqual(lost, []);
  await clock.advance(20_000);
  assert.deepEqual(lost, ['1_0']);
});

test('a late array of a submission that was made again is cancelled', async () => {
  const { controller, clock, cluster, batch } = await scene();
  controller.fates.push('late');
  const second = { ...batch, batchNumber: 2 };
  await assert.rejects(clock.runUntil(cluster.submit(second)));
  await assert.rejects(clock.runUntil(cluster.submit(second)));
  await clock.advance(11_000);
  await clock.runUntil(cluster.submit(second));
  assert.deepEqual(controller.arrive(), ['3']);
  await clock.advance(5000);
  assert.deepEqual(controller.cancelled, ['3_0', '3_1']);
});

test('what we have cancelled is gone when it is seen no more', async () => {
  const { cluster, state } = await scene();
  await cluster.terminate(['1_0']);
  const gone = await state('1_0');
  assert.match((gone?.kind === 'gone' && gone.exit?.message) || '', /cancelled by its distributor/);
});

test('to stop ends all that lives of this run, also of a submission that nobody heard of', async () => {
  const { controller, clock, cluster, batch } = await scene();
  controller.fates.push('answer lost');
  await assert.rejects(clock.runUntil(cluster.submit({ ...batch, batchNumber: 2 })));
  controller.set('1_0', 'RUNNING');
  await clock.runUntil(cluster.stop('leave'));
  assert.deepEqual([...controller.queue.keys()], ['1_0']);
  await clock.runUntil(cluster.stop('kill'));
  assert.deepEqual([...controller.queue.keys()], []);
});
