import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ClusterBusy, ClusterUnreachable, SubmissionRefused } from '../../../../../src/distributor/clusters/errors.ts';
import type { JobRequest } from '../../../../../src/distributor/clusters/slurm/controller.ts';
import { RestController } from '../../../../../src/distributor/clusters/slurm/rest/rest-controller.ts';
import { paperSlurmrestd, type SeenRequest } from '../../../../support/paper-slurmrestd.ts';

const REQUEST: JobRequest = {
  ...{ name: 'a-1', script: '#!/bin/sh\ntrue\n', indexes: [0, 1, 2, 5], cores: 2, memory: 64, minutes: 3 },
  ...{ comment: 'key', stdout: '/dev/null', stderr: '/dev/null', directory: '/tmp', queue: 'normal' },
  ...{ options: {}, variables: { SKEP_STEP_OFFSET: '9' } },
};
/** Every third: Slurm cuts such a list when it shows it. */
const LONG = Array.from({ length: 40 }, (_, place) => 3 * place);

async function scene(
  context: TestContext,
  answers: Readonly<Record<string, unknown | ((request: SeenRequest) => unknown)>>,
  { version = 'v0.0.38' } = {},
) {
  const { requests, connection } = await paperSlurmrestd(
    context,
    (request) => {
      const given = answers[request.line.replace(`/${version}`, '').replace('/p', '')];
      const body = typeof given === 'function' ? given(request) : given;
      return body === undefined ? [404, 'Unable find requested URL.'] : [200, body];
    },
    { version },
  );
  const environment = { PATH: '/usr/bin', SLURM_JWT: 'secret', SBATCH_X: '1' };
  return { requests, controller: new RestController({ connection, environment, maxArraySize: undefined }) };
}

test('what a failed submission means is in Slurm’s own words; a body that it cannot read is never taken', async (context) => {
  for (const [status, error, kind] of [
    [500, 'Invalid partition name specified', SubmissionRefused],
    [500, 'Job violates accounting/QOS policy (job submit limit)', ClusterBusy],
    [500, 'Zero Bytes were transmitted or received', ClusterUnreachable],
    [400, 'Failure during parsing', SubmissionRefused],
  ] as const) {
    const { connection } = await paperSlurmrestd(context, () => [status, { errors: [{ error, error_code: 9001 }] }]);
    const controller = new RestController({ connection, environment: {}, maxArraySize: undefined });
    await assert.rejects(controller.submit(REQUEST), kind);
  }
});

/** A record of `/jobs` of v0.0.38, as far as it is read. */
const record = (fields: Record<string, unknown>) => ({
  ...{ array_job_id: 7, array_task_id: null, array_task_string: '', job_id: 7, user_name: 'ada', comment: 'key' },
  ...{ job_state: 'PENDING', state_reason: 'Priority', exit_code: 0, ...fields },
});

const idsOf = async ({ controller }: { controller: RestController }) =>
  (await controller.jobs()).map(({ id, state }) => `${id} ${state}`);

test('jobs: elements, those that share a record, jobs that are none; not those of others', async (context) => {
  const jobs = [
    record({ array_task_id: 0, job_id: 8, job_state: 'RUNNING' }),
    record({ array_task_string: '1-2,6-10:2%3' }),
    record({ array_job_id: 0, job_id: 20, job_state: 'COMPLETED' }),
    record({ array_job_id: 21, array_task_id: 0, user_name: 'bob' }),
  ];
  const place = await scene(context, { 'GET /slurm/jobs': { errors: [], jobs } });
  const waiting = [1, 2, 6, 8, 10].map((index) => `7_${index} PENDING`);
  assert.deepEqual(await idsOf(place), ['7_0 RUNNING', ...waiting, '20 COMPLETED']);
});

test('jobs: numbers and states as later versions write them', async (context) => {
  const number = (value: number) => ({ set: true, infinite: false, number: value });
  const none = { set: false, infinite: false, number: 0 };
  const jobs = [
    record({ array_job_id: number(7), array_task_id: number(0), job_state: ['RUNNING'] }),
    record({ array_job_id: number(7), array_task_id: number(1), job_state: ['COMPLETED', 'COMPLETING'] }),
    record({
      array_job_id: number(7),
      array_task_id: none,
      array_task_string: '2',
      job_state: ['PENDING', 'REQUEUED'],
    }),
  ];
  const place = await scene(context, { 'GET /slurm/jobs': { jobs } }, { version: 'v0.0.41' });
  assert.deepEqual(await idsOf(place), ['7_0 RUNNING', '7_1 COMPLETING', '7_2 REQUEUED']);
});

test('jobs: of a list that Slurm cuts, what we have submitted is the rest', async (context) => {
  const jobs = [
    record({ array_task_id: 0, job_state: 'RUNNING' }),
    record({ array_task_string: '3,6,9,1...' }),
    record({ array_job_id: 9, array_task_string: '3,6,9,1...', comment: 'of an earlier run' }),
  ];
  const answers = {
    'GET /slurm/jobs': { jobs },
    'POST /slurm/job/submit': { job_id: 7 },
    'DELETE /slurm/job/7_117': {},
  };
  const place = await scene(context, answers);
  await place.controller.submit({ ...REQUEST, indexes: LONG });
  await place.controller.cancel(['7_117']);
  const waiting = LONG.slice(1, -1).map((index) => `7_${index} PENDING`);
  assert.deepEqual(await idsOf(place), ['7_0 RUNNING', ...waiting, '9_3 PENDING', '9_6 PENDING', '9_9 PENDING']);
});

test('to cancel what is unknown or over is no error', async (context) => {
  const error = (error_number: number) => ({ errors: [{ error: 'no', error_number }] });
  const answers = {
    'DELETE /slurm/job/7_0': {},
    'DELETE /slurm/job/7_1': error(2017),
    'DELETE /slurm/job/7_2': error(2021),
  };
  const { controller, requests } = await scene(context, answers);
  await controller.cancel(['7_0', '7_1', '7_2']);
  assert.equal(requests.length, 3);
  const broken = await scene(context, { 'DELETE /slurm/job/7_0': error(5005) });
  await assert.rejects(broken.controller.cancel(['7_0']), ClusterUnreachable);
});

/** A record of `/slurmdb/…/job/7` of v0.0.38, as far as it is read. */
const account = (index: number, current: string, fields: Record<string, unknown> = {}) => ({
  ...{ job_id: 8, array: { job_id: 7, task: null, task_id: index }, state: { current }, nodes: 'n1' },
  ...{ comment: { job: 'key' }, time: { elapsed: 9, total: { seconds: 0, microseconds: 0 } }, steps: [] },
  ...{ exit_code: { status: 'SUCCESS', return_code: 0 }, ...fields },
});

test('accounts: memory and time of the steps, signals, and elements without a record of their own', async (context) => {
  const step = (count: number, microseconds: number) => ({
    time: { total: { seconds: 1, microseconds } },
    tres: {
      requested: {
        max: [
          { type: 'cpu', count: 5 },
          { type: 'mem', count },
        ],
      },
    },
  });
  const killed = { status: 'SIGNALED', return_code: null, signal: { signal_id: 9, name: 'KILL' } };
  const rest = { array: { job_id: 7, task: '0x318', task_id: null } };
  const jobs = [
    account(0, 'COMPLETED', { steps: [step(1000, 500_000), step(2000, 0)] }),
    account(1, 'FAILED', { exit_code: killed }),
    account(2, 'CANCELLED', rest),
  ];
  const { controller } = await scene(context, {
    'GET /slurmdb/job/7': { errors: [], jobs },
    'GET /slurmdb/job/8': { errors: [{ error: 'Nothing found with query', error_number: 9003 }], jobs: [] },
    'GET /slurm/job/7': { jobs: [] },
  });
  const [done, failed, ...cancelled] = await controller.accounts(['7', '8']);
  assert.deepEqual(done, {
    ...{ id: '7_0', state: 'COMPLETED', exitCode: 0, signal: 0, elapsed: 9, cpu: 2.5, maxrss: 2000, nodes: 'n1' },
    comment: 'key',
  });
  assert.deepEqual([failed?.signal, failed?.maxrss, failed?.cpu], [9, null, null]);
  assert.deepEqual(
    cancelled.map(({ id }) => id),
    ['7_3', '7_4', '7_8', '7_9'],
  );
});

test('accounts: an exit code that v0.0.38 calls a success is the controller’s, or nobody’s', async (context) => {
  const { controller, requests } = await scene(context, {
    'GET /slurmdb/job/7': { jobs: [account(0, 'FAILED'), account(1, 'FAILED'), account(2, 'FAILED')] },
    'GET /slurm/job/7': {
      jobs: [
        record({ array_task_id: 0, job_state: 'FAILED', exit_code: 198 * 256 }),
        record({ array_task_id: 1, job_state: 'FAILED', exit_code: 256, comment: 'another job of that number' }),
      ],
    },
  });
  const codes = (await controller.accounts(['7'])).map(({ exitCode }) => exitCode);
  assert.deepEqual(codes, [198, null, null]);
  assert.equal(requests.length, 2);
});

test('accounts: without accounting there is no answer', async (context) => {
  const { controller } = await scene(context, {});
  await assert.rejects(controller.accounts(['7']), /does not offer \/slurmdb\/v0.0.38\/job\/7/);
});

test('partitions in both shapes, within their nodes', async (context) => {
  const nodes = [{ partitions: ['normal', 'long'], cpus: 8, real_memory: 16_384 }];
  const old = [
    { name: 'normal', state: 'UP', max_time_limit: 120, maximum_memory_per_node: 8192 },
    { name: 'long', state: 'UP', max_time_limit: null, maximum_memory_per_node: null },
    { name: 'closed', state: 'DOWN', max_time_limit: 1 },
  ];
  const later = [
    {
      name: 'normal',
      partition: { state: ['UP'] },
      maximums: {
        time: { set: true, infinite: false, number: 120 },
        partition_memory_per_node: { set: true, number: 8192 },
      },
    },
    { name: 'long', partition: { state: ['UP'] }, maximums: { time: { set: true, infinite: true, number: 0 } } },
  ];
  for (const partitions of [old, later]) {
    const { controller } = await scene(context, {
      'GET /slurm/nodes': { nodes },
      'GET /slurm/partitions': { partitions },
    });
    assert.deepEqual(await controller.partitions(), [
      { name: 'normal', cores: 8, memory: 8192, runtime: 7200 },
      { name: 'long', cores: 8, memory: 16_384, runtime: undefined },
    ]);
  }
});

test('limits are Slurm’s defaults where nobody sets them', async (context) => {
  const { connection } = await paperSlurmrestd(context, () => [200, {}]);
  const limits = (maxArraySize?: number) => new RestController({ connection, environment: {}, maxArraySize }).limits();
  assert.deepEqual(
    [await limits(), await limits(50)],
    [
      { maxArraySize: 1001, killWait: 30 },
      { maxArraySize: 50, killWait: 30 },
    ],
  );
});
