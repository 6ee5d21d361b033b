import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Requester } from '../../../../src/api/requester.ts';
import { silentLog } from '../../../../src/core/log.ts';
import { endEarlierJobs } from '../../../../src/distributor/clusters/slurm/earlier-jobs.ts';
import { JobWatch } from '../../../../src/distributor/clusters/slurm/job-watch.ts';
import { fakeTransport } from '../../../support/fake-transport.ts';
import { MemorySlurm } from '../../../support/memory-slurm.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

/** A third run of workflow 1. `hot`: whether attempts of earlier ones may go on. */
function scene({ hot = false } = {}) {
  const controller = new MemorySlurm();
  const clock = new VirtualClock();
  const transport = fakeTransport(({ body }) => ({
    status_updates: hot ? { [body.status]: [7] } : {},
  }));
  const own = { database: 'd', workflowId: 1, workflowRunId: 3, log: silentLog };
  const watch = new JobWatch(controller, clock);
  const search = { ...own, controller, watch, requester: new Requester({ transport, clock }) };
  const put = (id: string, state: string, place: string) =>
    controller.queue.set(id, { id, state, reason: 'None', comment: place === '' ? '' : `skep:${place}:5:1:0:9` });
  return { controller, clock, put, end: () => clock.runUntil(endEarlierJobs(search)), search };
}

test('what earlier runs of the workflow left is ended, and nothing else', async () => {
  const { controller, put, end } = scene();
  put('1_0', 'RUNNING', 'd:1:1');
  put('1_1', 'PENDING', 'd:1:2');
  put('1_2', 'COMPLETED', 'd:1:1');
  put('2_0', 'RUNNING', 'd:1:3'); // This run.
  put('3_0', 'RUNNING', 'd:2:1'); // Another workflow.
  put('4_0', 'RUNNING', 'e:1:1'); // Another database.
  put('5_0', 'RUNNING', '');
  await end();
  assert.deepEqual(controller.cancelled, ['1_0', '1_1']);
});

test('a job that Slurm does not let go of is ended again and waited for', async () => {
  const { controller, put, end } = scene();
  put('1_0', 'RUNNING', 'd:1:1');
  controller.onCancel = (id) => {
    if (controller.cancelled.length === 3) controller.set(id, 'CANCELLED');
  };
  await end();
  assert.deepEqual(controller.cancelled, ['1_0', '1_0', '1_0']);
});

test('after a hot resume what runs may finish, and what waits may not', async () => {
  const { controller, put, end } = scene({ hot: true });
  put('1_0', 'RUNNING', 'd:1:2');
  put('1_1', 'PENDING', 'd:1:2');
  await end();
  assert.deepEqual(controller.cancelled, ['1_1']);
  assert.ok(controller.queue.has('1_0'));
});

test('a controller that does not answer is asked again', async () => {
  const { controller, clock, put, search } = scene();
  put('1_0', 'RUNNING', 'd:1:1');
  controller.isReachable = false;
  const ended = endEarlierJobs(search);
  await clock.advance(120_000);
  assert.ok(controller.looks > 3);
  controller.isReachable = true;
  await clock.runUntil(ended);
  assert.deepEqual(controller.cancelled, ['1_0']);
});
