import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Requester } from '../../../../src/api/requester.ts';
import { silentLog } from '../../../../src/core/log.ts';
import type { ClusterContext } from '../../../../src/distributor/clusters/cluster.ts';
import type { JobRequest } from '../../../../src/distributor/clusters/slurm/controller.ts';
import { PendingReasons } from '../../../../src/distributor/clusters/slurm/pending-reasons.ts';
import { TrackedJobs } from '../../../../src/distributor/clusters/slurm/tracked-jobs.ts';
import { FakeFailure, fakeTransport } from '../../../support/fake-transport.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

/** Jobs 1_0 and 1_1, whose instances are 100 and 101, and a grace of ten seconds. `extended`: whether the server is ours. */
function scene({ extended = true } = {}) {
  const clock = new VirtualClock();
  const told: unknown[] = [];
  const server = { fails: false };
  const transport = fakeTransport(({ path, body }) => {
    if (path === '/skep/capabilities') {
      if (extended) return {};
      throw new FakeFailure(404);
    }
    if (server.fails) throw new FakeFailure(400);
    told.push(body.task_instances.map((given: Record<string, unknown>) => Object.values(given)));
    return {};
  });
  const jobs = new TrackedJobs();
  const ids = new Map([0, 1].map((step) => [step, `1_${step}`]));
  const steps = [0, 1].map((step) => ({ step, taskInstanceId: 100 + step }));
  jobs.add({ key: 'k', request: { memory: 1 } as JobRequest, ids }, steps);
  const context = {
    requester: new Requester({ transport, clock }),
    clock,
    log: silentLog,
  } as unknown as ClusterContext;
  const reasons = new PendingReasons(context, 10);
  const note = (...living: [id: string, state: string, reason: string][]) =>
    reasons.note(
      living.map(([id, state, reason]) => ({ id, state, reason, comment: 'k' })),
      jobs,
    );
  return { clock, told, server, jobs, note };
}

test('a reason is told when it changes, and taken back when the job runs', async () => {
  const { told, note } = scene();
  await note(['1_0', 'PENDING', 'Resources'], ['1_1', 'RUNNING', 'None']);
  await note(['1_0', 'PENDING', 'Resources'], ['1_1', 'RUNNING', 'None']);
  await note(['1_0', 'PENDING', 'Priority'], ['1_1', 'RUNNING', 'None']);
  await note(['1_0', 'RUNNING', 'None'], ['1_1', 'RUNNING', 'None']);
  assert.deepEqual(told, [[[100, 'Resources']], [[100, 'Priority']], [[100, null]]]);
});

test('what could not be told is told with the next look', async () => {
  const { told, server, note } = scene();
  server.fails = true;
  await note(['1_0', 'PENDING', 'Resources']);
  server.fails = false;
  await note(['1_0', 'PENDING', 'Resources']);
  assert.deepEqual(told, [[[100, 'Resources']]]);
});

test('a server that has no place for reasons is not told', async () => {
  const { told, note } = scene({ extended: false });
  assert.deepEqual(await note(['1_0', 'PENDING', 'Resources']), []);
  assert.deepEqual(told, []);
});

test('a job that would wait for ever is given up after the grace, and says why', async () => {
  const { clock, jobs, note } = scene();
  assert.deepEqual(await note(['1_0', 'PENDING', 'BadConstraints'], ['1_1', 'PENDING', 'Priority']), []);
  await clock.advance(9999);
  assert.deepEqual(await note(['1_0', 'PENDING', 'BadConstraints'], ['1_1', 'PENDING', 'Priority']), []);
  await clock.advance(1);
  assert.deepEqual(await note(['1_0', 'PENDING', 'BadConstraints'], ['1_1', 'PENDING', 'Priority']), ['1_0']);
  assert.match(jobs.get('1_0')?.doom?.message ?? '', /BadConstraints/);
  assert.equal(jobs.get('1_1')?.doom, undefined);
});

test('the grace begins anew when the reason has gone, or the job was not to be seen', async () => {
  for (const between of [[['1_0', 'PENDING', 'Priority']], []] as [string, string, string][][]) {
    const { clock, note } = scene();
    await note(['1_0', 'PENDING', 'BadConstraints']);
    await clock.advance(9000);
    await note(...between);
    await clock.advance(9000);
    assert.deepEqual(await note(['1_0', 'PENDING', 'BadConstraints']), []);
    await clock.advance(10_000);
    assert.deepEqual(await note(['1_0', 'PENDING', 'BadConstraints']), ['1_0']);
  }
});

test('a job that Slurm would start again is given up, whatever it waits for', async () => {
  const { clock, note } = scene();
  await note(['1_0', 'REQUEUE_HOLD', 'None']);
  await clock.advance(10_000);
  assert.deepEqual(await note(['1_0', 'REQUEUE_HOLD', 'None']), ['1_0']);
});
