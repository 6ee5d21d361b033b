import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SubmissionRefused } from '../../../../../src/distributor/clusters/errors.ts';
import type { JobRequest } from '../../../../../src/distributor/clusters/slurm/controller.ts';
import { submissionBody } from '../../../../../src/distributor/clusters/slurm/rest/submission.ts';
import { versionNamed } from '../../../../../src/distributor/clusters/slurm/rest/version.ts';

const REQUEST: JobRequest = {
  ...{ name: 'a-1', script: '#!/bin/sh\ntrue\n', indexes: [0, 1, 2, 5], cores: 2, memory: 64, minutes: 3 },
  ...{ comment: 'key', stdout: '/dev/null', stderr: '/dev/null', directory: '/tmp', queue: 'normal' },
  ...{ options: {}, variables: { SKEP_STEP_OFFSET: '9' } },
};

// biome-ignore lint/suspicious/noExplicitAny: the two vocabularies have different shapes
const body = (version: string, options: JobRequest['options'] = {}): any =>
  JSON.parse(JSON.stringify(submissionBody({ ...REQUEST, options }, { PATH: '/usr/bin' }, versionNamed(version))));

test('a submission in the words of v0.0.38', () => {
  const { script, job } = body('v0.0.38', {
    constraint: 'ssd',
    exclude: 'n1',
    nice: '5',
    gres: 'gpu:1',
    account: 'lab',
  });
  assert.equal(script, REQUEST.script);
  assert.deepEqual(job, {
    ...{ name: 'a-1', array: '0-2,5', tasks: 1, nodes: [1, 1], cpus_per_task: 2, memory_per_node: 64, time_limit: 3 },
    ...{ partition: 'normal', current_working_directory: '/tmp', standard_output: '/dev/null' },
    ...{ standard_error: '/dev/null', comment: 'key', no_requeue: true },
    ...{ constraints: 'ssd', exclude_nodes: 'n1', nice: 5, gres: 'gpu:1', account: 'lab' },
    environment: { PATH: '/usr/bin', SKEP_STEP_OFFSET: '9' },
  });
});

test('a submission in the words of later versions', () => {
  const { job } = body('v0.0.40', { exclude: 'n1,n2' });
  assert.deepEqual(
    [job.script, job.requeue, job.memory_per_node, job.time_limit, job.environment, job.excluded_nodes],
    [
      ...[REQUEST.script, false, { set: true, number: 64 }, { set: true, number: 3 }],
      ...[
        ['PATH=/usr/bin', 'SKEP_STEP_OFFSET=9'],
        ['n1', 'n2'],
      ],
    ],
  );
});

test('what a version cannot be given is refused by its name', () => {
  assert.throws(() => body('v0.0.40', { gres: 'gpu:1' }), /cannot be given gres = gpu:1 in v0.0.40; transport cli can/);
  assert.throws(() => body('v0.0.38', { nice: 'a lot' }), SubmissionRefused);
});

test('a version that cannot forbid to start a job again will not do', () => {
  assert.throws(() => versionNamed('v0.0.37'), /the oldest that will do is v0.0.38/);
});
