import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountedJob } from '../../../../src/distributor/clusters/slurm/controller.ts';
import { exitOf, hasEnded, hopelessExit, isWaiting } from '../../../../src/distributor/clusters/slurm/job-exit.ts';

const MEMORY = 2 ** 30;
const account = (fields: Partial<AccountedJob>): AccountedJob => ({
  ...{ id: '1_0', state: 'FAILED', exitCode: 0, signal: 0, elapsed: 9, cpu: 3, maxrss: null, nodes: 'n1', comment: '' },
  ...fields,
});

/** State, what accounting adds, and what follows: status, what ran out, whether the try is given back, whether it may be wrong. */
const ENDS = [
  ['OUT_OF_MEMORY', {}, ['Z', 'memory', undefined, undefined]],
  ['TIMEOUT', {}, ['Z', 'runtime', undefined, undefined]],
  ['NODE_FAIL', {}, ['U', undefined, true, true]],
  ['BOOT_FAIL', {}, ['U', undefined, true, undefined]],
  ['PREEMPTED', {}, ['U', undefined, true, undefined]],
  ['REVOKED', {}, ['U', undefined, true, undefined]],
  ['CANCELLED', {}, ['U', undefined, true, undefined]],
  ['DEADLINE', {}, ['U', undefined, undefined, undefined]],
  ['COMPLETED', {}, ['U', undefined, undefined, undefined]],
  ['FAILED', { exitCode: 199 }, ['U', undefined, undefined, undefined]],
  ['FAILED', { exitCode: 198 }, ['F', undefined, undefined, undefined]],
  ['FAILED', { signal: 9, maxrss: MEMORY }, ['Z', 'memory', undefined, undefined]],
  ['FAILED', { signal: 9, maxrss: MEMORY / 2 }, ['U', undefined, undefined, undefined]],
] as const;

for (const [state, details, [status, ranOut, sparesTry, isUncertain]] of ENDS) {
  test(`${state} ${JSON.stringify(details)} is ${status}`, () => {
    const exit = exitOf(state, account({ state, ...details }), MEMORY);
    assert.deepEqual(
      [exit.status, exit.ranOut, exit.sparesTry, exit.isUncertain],
      [status, ranOut, sparesTry, isUncertain],
    );
    assert.deepEqual(exit.usage, { wallclock: 9, cpu: 3, maxrss: 'maxrss' in details ? details.maxrss : null });
    assert.equal(hasEnded(state), true);
    assert.equal(exitOf(state, undefined, undefined).usage, undefined);
  });
}

test('states of jobs that have not ended', () => {
  for (const state of ['PENDING', 'CONFIGURING', 'REQUEUED'])
    assert.deepEqual([isWaiting(state), hasEnded(state)], [true, false]);
  for (const state of ['RUNNING', 'COMPLETING', 'SUSPENDED'])
    assert.deepEqual([isWaiting(state), hasEnded(state)], [false, false]);
});

test('reasons that pass, and reasons that never do', () => {
  for (const reason of ['Priority', 'Resources', 'QOSMaxJobsPerUserLimit', 'AssocGrpCpuLimit', 'ReqNodeNotAvail']) {
    assert.equal(hopelessExit('PENDING', reason), undefined, reason);
  }
  for (const reason of ['BadConstraints', 'PartitionTimeLimit', 'QOSMaxCpuPerJobLimit']) {
    assert.deepEqual(hopelessExit('PENDING', reason), {
      status: 'U',
      message: `Slurm will never start the job: ${reason}.`,
    });
  }
});

test('a job that a node would not start, or that Slurm would start again, may run there, and costs no try', () => {
  const ghosts = [hopelessExit('PENDING', 'launch failed requeued held'), hopelessExit('REQUEUE_HOLD', 'None')];
  assert.deepEqual(
    ghosts.map((exit) => [exit?.status, exit?.isUncertain, exit?.sparesTry]),
    ghosts.map(() => ['U', true, true]),
  );
  assert.match(ghosts[0]?.message ?? '', /launch failed requeued held/);
  assert.match(ghosts[1]?.message ?? '', /REQUEUE_HOLD/);
});
