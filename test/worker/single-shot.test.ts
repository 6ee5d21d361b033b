import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { routes } from '../../src/api/routes.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentLog } from '../../src/core/log.ts';
import { systemProcesses } from '../../src/core/process.ts';
import { directorySpool } from '../../src/core/spool.ts';
import { runSingleShot } from '../../src/worker/single-shot.ts';
import { type Bound, Workplace } from '../support/workplace.ts';

const VERSION = ['--expected_jobmon_version', '3.6.0'];
const CLUSTER = ['--cluster_name', 'multiprocess'];

/** Instances that a distributor has launched as one array. */
async function launched(place: Workplace, bound: Bound): Promise<number[]> {
  const run = await place.link(bound);
  for (const status of ['I', 'O', 'R']) await place.moveRun(run, status);
  const ids = await place.queue(bound, run);
  await place.requester.call(routes.instantiateTaskInstances, { body: { task_instance_ids: ids } });
  const params = { array_id: bound.arrayId };
  const body = { batch_number: 1, next_report_increment: 100 };
  await place.requester.call(routes.transitionToLaunched, { params, body });
  return ids;
}

for (const extensions of [true, false]) {
  test(`a job (${extensions ? 'bulk' : 'single'} reports): done, exit code 0`, async (t) => {
    const place = await Workplace.open(t, { extensions });
    const [id = 0] = await launched(place, await place.bind(['echo "$SKEP__HTTP__TOKEN_FILE"; exit 0']));
    const { program, stderr } = await place.launch(
      'worker',
      [...['worker_node_job', '--task_instance_id', id, ...VERSION, ...CLUSTER]],
      { JOB_ID: '12' },
    );
    assert.equal((await program.closed).code, 0, stderr());
    const row = await place.instance(id);
    assert.deepEqual([row.status, row.distributor_id, row.stdout_log], ['D', '12', '\n']);
  });
}

test('array workers find their own instance, and write where the resources say', async (t) => {
  const place = await Workplace.open(t);
  const logs = `${place.directory}/logs`;
  const bound = await place.bind(['echo 0', 'echo 1', 'echo 2'], { resources: { stdout: logs, stderr: logs } });
  const ids = await launched(place, bound);
  const words = ['worker_node_array', '--array_id', bound.arrayId, '--batch_number', 1, ...VERSION, ...CLUSTER];
  const jobs = await Promise.all(
    [2, 0, 1].map((step) => place.launch('worker', words, { JOB_ID: '7', ARRAY_STEP_ID: String(step) })),
  );
  for (const { program, stderr } of jobs) assert.equal((await program.closed).code, 0, stderr());
  for (const [step, id] of ids.entries()) {
    const row = await place.instance(id);
    assert.deepEqual([row.status, row.distributor_id, row.stdout_log], ['D', `7_${step}`, `${step}\n`]);
    assert.equal(row.stdout, `${logs}/task_${step}.o7_${step}`);
  }
});

test('256 KiB on both streams and a failure: exit code 0, and the server has exactly the last 10,000 characters', async (t) => {
  const place = await Workplace.open(t);
  const noise = `${process.execPath} -e 'const b = "0123456789abcdef".repeat(16384); process.stdout.write(b); process.stderr.write(b)'`;
  const [id = 0] = await launched(place, await place.bind([`${noise}; exit 1`]));
  const { program } = await place.launch('worker', [
    'worker_node_job',
    '--task_instance_id',
    id,
    ...VERSION,
    ...CLUSTER,
  ]);
  assert.equal((await program.closed).code, 0);
  const row = await place.instance(id);
  const tail = '0123456789abcdef'.repeat(16_384).slice(-10_000);
  assert.equal(hash(row.stderr_log), hash(tail));
  assert.equal(hash(row.stdout_log), hash(tail));
  assert.equal(row.status, 'E');
  assert.deepEqual(await place.errors(id), [`The command ended with exit code 1.\n${tail}`]);
});

test('an instance that is set to K while its command runs: the command is stopped, the instance ends F', async (t) => {
  const environment = {
    SKEP__HEARTBEAT__TASK_INSTANCE_INTERVAL: '0.1',
    SKEP__WORKER_NODE__COMMAND_INTERRUPT_TIMEOUT: '1',
  };
  const place = await Workplace.open(t, { environment });
  const [id = 0] = await launched(place, await place.bind(['sleep 1000; sleep 1000']));
  const { program } = await place.launch('worker', [
    'worker_node_job',
    '--task_instance_id',
    id,
    ...VERSION,
    ...CLUSTER,
  ]);
  await place.until(() => place.marked().length > 0);
  await place.force(id, { status: 'K' });
  assert.equal((await program.closed).code, 0);
  assert.equal(await place.pair(id), 'F/F');
  assert.deepEqual(place.marked(), []);
});

test('a worker that the cluster asks to end stops its command and says so', async (t) => {
  const place = await Workplace.open(t);
  const [id = 0] = await launched(place, await place.bind(['sleep 1000']));
  const { program } = await place.launch('worker', [
    'worker_node_job',
    '--task_instance_id',
    id,
    ...VERSION,
    ...CLUSTER,
  ]);
  await place.until(() => place.marked().length > 0);
  process.kill(program.pid, 'SIGTERM');
  assert.equal((await program.closed).code, 0);
  assert.equal(await place.pair(id), 'U/G');
});

test('on a cluster that does not exist the command is not started, and the server hears of it at once', async (t) => {
  const place = await Workplace.open(t);
  const [id = 0] = await launched(place, await place.bind([`touch ${place.directory}/started`]));
  const words = ['worker_node_job', '--task_instance_id', id, ...VERSION, '--cluster_name', 'nowhere'];
  const { program, stderr } = await place.launch('worker', words);
  assert.equal((await program.closed).code, 1);
  assert.match(stderr(), /Cluster nowhere does not exist/);
  assert.equal(await place.pair(id), 'U/G');
  assert.ok(!existsSync(`${place.directory}/started`));
});

test('a cluster that is refused before the worker is ready keeps the command from starting all the same', async (t) => {
  const place = await Workplace.open(t);
  const [id = 0] = await launched(place, await place.bind([`touch ${place.directory}/started`]));
  const { requester, config } = place;
  const parts = { requester, config, clock: systemClock, processes: systemProcesses, log: silentLog, environment: {} };
  const code = await runSingleShot(
    { ...parts, processId: process.pid, spool: directorySpool(`${place.directory}/spool`) },
    {
      instance: { taskInstanceId: id },
      clusterCheck: Promise.reject(new Error('Cluster nowhere does not exist.')),
      expectedVersion: '3.6.0',
      signal: new AbortController().signal,
    },
  );
  assert.equal(code, 1);
  assert.equal(await place.pair(id), 'U/G');
  assert.ok(!existsSync(`${place.directory}/started`));
});

test('exit codes: other version 198 (and reported), refused start 199, unknown cluster and instance 1, usage 2', async (t) => {
  const place = await Workplace.open(t);
  const [other = 0, over = 0] = await launched(place, await place.bind(['true', 'true']));
  const exit = async (...words: (string | number)[]) =>
    (await (await place.launch('worker', words)).program.closed).code;
  const job = ['worker_node_job', '--task_instance_id'];
  assert.equal(await exit(...job, other, '--expected_jobmon_version', '2.0.0', ...CLUSTER), 198);
  assert.equal(await place.pair(other), 'F/F');
  assert.match((await place.errors(other)).join(), /2\.0\.0/);
  await place.force(over, { status: 'F' });
  assert.equal(await exit(...job, over, ...VERSION, ...CLUSTER), 199);
  assert.equal(await exit(...job, over, ...VERSION, '--cluster_name', 'nowhere'), 1);
  assert.equal(await exit('worker_node_array', '--array_id', 1, '--batch_number', 1, ...VERSION, ...CLUSTER), 1);
  assert.equal(await exit(...job, 'x', ...VERSION, ...CLUSTER), 2);
  assert.equal(await exit(...job, over, ...CLUSTER), 2);
  assert.equal(await exit('dance', ...VERSION, ...CLUSTER), 2);
  assert.equal(await exit(...job, over, '--no_such_option'), 2);
});

const hash = (text: string | null) =>
  `${text?.length} ${createHash('sha256')
    .update(text ?? '')
    .digest('hex')}`;
