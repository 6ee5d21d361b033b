import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobRequest } from '../../../../src/distributor/clusters/slurm/controller.ts';
import { TrackedJobs } from '../../../../src/distributor/clusters/slurm/tracked-jobs.ts';

const KEY = 'skep:d:1:2:3:4:0:2';

/** Two jobs of an array, 5_0 and 5_1. */
function tracked(): TrackedJobs {
  const jobs = new TrackedJobs();
  const ids = new Map([
    [0, '5_0'],
    [1, '5_1'],
  ]);
  const steps = [...ids.keys()].map((step) => ({ step, taskInstanceId: 100 + step }));
  jobs.add({ key: KEY, request: { memory: 64 } as JobRequest, ids }, steps);
  return jobs;
}

type Seen = readonly [id: string, state: string, comment?: string];

const look = (began: number, ...seen: Seen[]) => ({
  began,
  jobs: new Map(seen.map(([id, state, comment = KEY]) => [id, { id, state, reason: 'None', comment }])),
});

/** What a look makes known. */
function told(jobs: TrackedJobs, ...seen: Parameters<typeof look>): string[] {
  const shown = look(...seen);
  jobs.see(shown);
  return jobs.untold(shown);
}

test('the end of a job is told once, when it has been over for five seconds', () => {
  const jobs = tracked();
  assert.deepEqual(told(jobs, 1000, ['5_0', 'COMPLETED'], ['5_1', 'RUNNING']), []);
  assert.deepEqual(told(jobs, 5999, ['5_0', 'COMPLETED'], ['5_1', 'RUNNING']), []);
  assert.deepEqual(told(jobs, 6000, ['5_0', 'COMPLETED'], ['5_1', 'RUNNING']), ['5_0']);
  assert.deepEqual(told(jobs, 9000, ['5_1', 'RUNNING']), []);
  assert.equal(jobs.areAwaited, true);
  assert.deepEqual(told(jobs, 10_000), []);
  assert.deepEqual(told(jobs, 15_000), ['5_1']);
  assert.equal(jobs.areAwaited, false);
});

test('a job that is seen again has not ended', () => {
  const jobs = tracked();
  told(jobs, 1000, ['5_1', 'RUNNING']);
  told(jobs, 5000, ['5_0', 'RUNNING'], ['5_1', 'RUNNING']);
  assert.deepEqual(told(jobs, 9000, ['5_1', 'RUNNING']), []);
  assert.equal(jobs.get('5_0')?.endedSince, 9000);
});

test('an id that was handed out again is another job; a cluster that keeps no comments is believed', () => {
  const jobs = tracked();
  const shown = look(0, ['5_0', 'RUNNING', 'skep:d:1:2:9:9:0:1'], ['5_1', 'RUNNING', '']);
  assert.equal(jobs.seenIn(shown, '5_0'), undefined);
  assert.equal(jobs.seenIn(shown, '5_1')?.state, 'RUNNING');
  assert.deepEqual(
    jobs.living(shown).map(({ id }) => id),
    ['5_1'],
  );
});

test('a double is what lives under our comment in another array', () => {
  const jobs = tracked();
  const seen: Seen[] = [
    ['5_0', 'RUNNING'],
    ['8_0', 'PENDING'],
    ['8_1', 'CANCELLED'],
    ['9_0', 'RUNNING', 'other'],
  ];
  assert.deepEqual(jobs.doubles(look(0, ...seen)), ['8_0']);
});

test('a double is known for as long as any job of the array is', () => {
  const jobs = tracked();
  const hour = 3_600_000;
  told(jobs, 0, ['5_1', 'RUNNING']);
  told(jobs, 5000, ['5_1', 'RUNNING']);
  told(jobs, hour, ['5_1', 'RUNNING']);
  assert.equal(jobs.get('5_0'), undefined);
  assert.deepEqual(jobs.doubles(look(hour, ['8_1', 'PENDING'])), ['8_1']);
  told(jobs, hour);
  told(jobs, 2 * hour);
  assert.deepEqual(jobs.doubles(look(2 * hour, ['8_1', 'PENDING'])), []);
});

test('the first order to end a job counts, and the first reason', () => {
  const jobs = tracked();
  jobs.cancelled(['5_0', '7_7'], 10);
  jobs.cancelled(['5_0'], 20);
  assert.equal(jobs.get('5_0')?.cancelledAt, 10);
  assert.match(jobs.get('5_0')?.doom?.message ?? '', /cancelled by its distributor/);
  const hopeless = { status: 'U', message: 'It would never start.' } as const;
  const waiting = jobs.get('5_1');
  if (waiting !== undefined) waiting.doom = hopeless;
  jobs.cancelled(['5_1'], 30);
  assert.equal(jobs.get('5_1')?.doom, hopeless);
});
