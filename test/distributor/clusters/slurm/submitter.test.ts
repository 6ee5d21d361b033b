import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../../../src/core/log.ts';
import type { Submission } from '../../../../src/distributor/clusters/cluster.ts';
import { ClusterBusy, ClusterUnreachable, SubmissionRefused } from '../../../../src/distributor/clusters/errors.ts';
import { JobWatch } from '../../../../src/distributor/clusters/slurm/job-watch.ts';
import { Submitter } from '../../../../src/distributor/clusters/slurm/submitter.ts';
import { TrackedJobs } from '../../../../src/distributor/clusters/slurm/tracked-jobs.ts';
import { MemorySlurm } from '../../../support/memory-slurm.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

function scene() {
  const controller = new MemorySlurm();
  const clock = new VirtualClock();
  const watch = new JobWatch(controller, clock);
  const own = { workflowId: 1, workflowRunId: 2, database: 'd', log: silentLog };
  const submitter = new Submitter({ controller, watch, clock, ...own });
  const submit = (steps: readonly number[], batchNumber = 1) =>
    clock.runUntil(submitter.submit(batch(steps, batchNumber)));
  return { controller, clock, watch, submit };
}

const batch = (steps: readonly number[], batchNumber: number): Submission => ({
  arrayId: 7,
  batchNumber,
  name: `a-${batchNumber}`,
  resources: { queue: 'normal' },
  steps: steps.map((step) => ({ step, taskInstanceId: 100 + step })),
  workerArguments: [],
  mayExist: false,
});

const idsOf = (arrays: Awaited<ReturnType<Submitter['submit']>>) =>
  Object.fromEntries(arrays.flatMap(({ ids }) => [...ids]));

test('a batch is one array, whose elements have the numbers of its steps', async () => {
  const { controller, submit } = scene();
  assert.deepEqual(idsOf(await submit([3, 0, 5])), { 0: '1_0', 3: '1_3', 5: '1_5' });
  assert.deepEqual(controller.submissions[0]?.indexes, [0, 3, 5]);
  assert.equal(controller.submissions[0]?.comment, 'skep:d:1:2:7:1:0:3');
});

test('a batch that is longer than an array may be becomes several, each from 0 on', async () => {
  const { controller, submit } = scene();
  controller.maxArraySize = 4;
  const ids = idsOf(await submit([0, 3, 4, 9]));
  assert.deepEqual(ids, { 0: '1_0', 3: '1_3', 4: '2_0', 9: '3_1' });
  const offsets = controller.submissions.map(({ variables }) => variables.SKEP_STEP_OFFSET);
  assert.deepEqual(offsets, [undefined, '4', '8']);
});

test('a part that was taken is not submitted again with the one that was not', async () => {
  const { controller, submit } = scene();
  controller.maxArraySize = 4;
  controller.fates.push('answered', 'request lost');
  await assert.rejects(submit([0, 4]), ClusterUnreachable);
  await assert.rejects(submit([0, 4]), ClusterUnreachable);
  assert.equal(controller.submissions.length, 2);
});

test('what was taken without an answer is found, and not submitted again', async () => {
  const { controller, submit } = scene();
  controller.fates.push('answer lost');
  await assert.rejects(submit([0, 1]), ClusterUnreachable);
  assert.deepEqual(idsOf(await submit([0, 1])), { 0: '1_0', 1: '1_1' });
  assert.equal(controller.submissions.length, 1);
});

test('it is found also when some of its steps are over meanwhile', async () => {
  const { controller, submit } = scene();
  controller.fates.push('answer lost');
  await assert.rejects(submit([0, 1, 2]), ClusterUnreachable);
  assert.deepEqual(idsOf(await submit([1, 2])), { 1: '1_1', 2: '1_2' });
  assert.equal(controller.submissions.length, 1);
});

test('what never arrived is submitted again, when the controller has not known it for ten seconds', async () => {
  const { controller, clock, submit } = scene();
  controller.fates.push('request lost');
  await assert.rejects(submit([0]), ClusterUnreachable);
  await assert.rejects(submit([0]), /not certain yet/);
  await clock.advance(8000);
  await assert.rejects(submit([0]), /not certain yet/);
  assert.equal(controller.submissions.length, 1);
  await clock.advance(2000);
  assert.deepEqual(idsOf(await submit([0])), { 0: '1_0' });
  assert.equal(controller.submissions.length, 2);
});

test('the ten seconds begin anew when the controller stops answering', async () => {
  const { controller, clock, submit } = scene();
  controller.fates.push('late');
  await assert.rejects(submit([0]), ClusterUnreachable);
  await assert.rejects(submit([0]), /not certain yet/);
  controller.isReachable = false;
  await clock.advance(9000);
  await assert.rejects(submit([0]), /Unable to contact/);
  controller.isReachable = true;
  await clock.advance(9000);
  await assert.rejects(submit([0]), /not certain yet/);
  controller.arrive();
  assert.deepEqual(idsOf(await submit([0])), { 0: '1_0' });
  assert.equal(controller.submissions.length, 1);
});

test('an array that turns up after it was submitted again is a double, and only that', async () => {
  const { controller, clock, watch, submit } = scene();
  controller.fates.push('late');
  await assert.rejects(submit([0, 1, 2]), ClusterUnreachable);
  await assert.rejects(submit([0, 1, 2]), /not certain yet/);
  await clock.advance(11_000);
  const arrays = await submit([1, 2]);
  assert.deepEqual(controller.arrive(), ['2']);
  const jobs = new TrackedJobs();
  for (const array of arrays) jobs.add(array, batch([1, 2], 1).steps);
  assert.deepEqual(jobs.doubles(await clock.runUntil(watch.look())), ['2_0', '2_1', '2_2']);
});

test('after the controller’s own refusal nothing is looked for', async () => {
  for (const error of [new SubmissionRefused('Invalid partition'), new ClusterBusy('Job count limit')]) {
    const { controller, submit } = scene();
    const { submit: original } = MemorySlurm.prototype;
    controller.submit = async () => {
      controller.submit = original;
      throw error;
    };
    await assert.rejects(submit([0]), error);
    assert.deepEqual(idsOf(await submit([0])), { 0: '1_0' });
    assert.equal(controller.looks, 0);
  }
});

test('limits that are not known yet are no reason to give a batch up', async () => {
  const { controller, submit } = scene();
  controller.isReachable = false;
  await assert.rejects(submit([0]), ClusterBusy);
  controller.isReachable = true;
  assert.deepEqual(idsOf(await submit([0])), { 0: '1_0' });
});

test('two batches of an array do not take each other’s elements', async () => {
  const { controller, submit } = scene();
  controller.fates.push('answer lost', 'answer lost');
  await assert.rejects(submit([0, 1], 1), ClusterUnreachable);
  await assert.rejects(submit([0, 1], 2), ClusterUnreachable);
  assert.deepEqual(idsOf(await submit([0, 1], 2)), { 0: '2_0', 1: '2_1' });
  assert.deepEqual(idsOf(await submit([0, 1], 1)), { 0: '1_0', 1: '1_1' });
});
