import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterJob, commandEnvironment } from '../../src/worker/environment.ts';

test('commands get everything but the credentials, the mark of their supervisor and the folder of our compiled code', () => {
  const environment = {
    PATH: '/bin',
    SKEP__HTTP__TOKEN: 's',
    SKEP_SUPERVISOR: 'database/1/2',
    SKEP__HTTP__TOKEN_FILE: 'f',
    SKEP__HTTP__SERVICE_URL: 'u',
    NODE_COMPILE_CACHE: '/home/someone/.cache/skep/compiled',
  };
  assert.deepEqual(commandEnvironment(environment), { PATH: '/bin', SKEP__HTTP__SERVICE_URL: 'u' });
  const secrets = {
    SKEP__DATABASE__URL: 'postgres://a:b@c/d',
    skep__http__token: 's',
    SKEP__HTTP__TLS_KEY: '/home/someone/key.pem',
    JOBMON__HTTP__SERVICE_URL: 'http://hive/t/abc/',
    SKEP__NOTIFY__WEBHOOK_URL: 'https://chat.example/secret',
  };
  assert.deepEqual(commandEnvironment(secrets), {});
  const foreign = { DATABASE_URL: 'postgres://a:b@c/d', A__B__C: 'http://hive/t/abc' };
  assert.deepEqual(commandEnvironment(foreign), foreign, 'what is not ours is theirs');
  const chosen = { NODE_COMPILE_CACHE: '/scratch/cache' };
  assert.deepEqual(commandEnvironment(chosen), chosen);
});

test('the ids of a job are what the distributor knows it by', () => {
  assert.deepEqual(clusterJob({}), { distributorId: null, stepId: null });
  assert.deepEqual(clusterJob({ JOB_ID: '7' }), { distributorId: '7', stepId: null });
  assert.deepEqual(clusterJob({ JOB_ID: '7', ARRAY_STEP_ID: '0' }), { distributorId: '7_0', stepId: 0 });
  const slurm = { SLURM_JOB_ID: '99', SLURM_ARRAY_JOB_ID: '77', SLURM_ARRAY_TASK_ID: '3' };
  assert.deepEqual(clusterJob(slurm), { distributorId: '77_3', stepId: 3 });
  assert.deepEqual(clusterJob({ SLURM_JOB_ID: '99' }), { distributorId: '99', stepId: null });
});
