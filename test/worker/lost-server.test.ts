/** Workers whose server goes away for good: the command goes on, and its end is not lost. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { routes } from '../../src/api/routes.ts';
import { directorySpool, type Spool } from '../../src/core/spool.ts';
import { takeSpooled } from '../../src/server/spooled.ts';
import { Workplace } from '../support/workplace.ts';

const ENVIRONMENT = {
  SKEP__HEARTBEAT__TASK_INSTANCE_INTERVAL: '0.2',
  SKEP__WORKER_NODE__COMMAND_INTERRUPT_TIMEOUT: '1',
};

/** A worker process that runs `command`, and whose server does not answer any more. */
async function orphaned(t: TestContext, command: string, environment = {}, resources = {}) {
  const place = await Workplace.open(t, { environment: { ...ENVIRONMENT, ...environment } });
  const bound = await place.bind([command], { resources });
  const run = await place.link(bound);
  for (const status of ['I', 'O', 'R']) await place.moveRun(run, status);
  const [id = 0] = await place.queue(bound, run);
  await place.requester.call(routes.instantiateTaskInstances, { body: { task_instance_ids: [id] } });
  const words = ['--cluster_name', 'multiprocess', '--expected_jobmon_version', '3.6.0'];
  const worker = await place.launch('worker', ['worker_node_job', '--task_instance_id', id, ...words]);
  await place.until(() => place.marked().length > 0);
  await place.server.close();
  const spool = directorySpool(join(place.directory, '.local/share/skep/spool', place.database.databaseId));
  return { place, id, worker, spool };
}

const isKept = async (spool: Spool) => (await spool.kept()).length > 0;

test('the end of a command waits in a file, and counts when the server takes it, though the worker was killed', async (t) => {
  const { place, id, worker, spool } = await orphaned(t, 'sleep 1; echo result');
  await place.until(() => isKept(spool));
  assert.equal(await place.pair(id), 'R/R');
  worker.program.signal('SIGKILL');
  await takeSpooled(place.server.services, spool);
  assert.equal(await place.pair(id), 'D/D');
  assert.equal((await place.instance(id)).stdout_log, 'result\n');
  assert.deepEqual(await spool.kept(), []);
});

test('when its lease is over, a worker ends its command by itself', async (t) => {
  const { place, id, spool } = await orphaned(t, 'sleep 1000', { SKEP__WORKER_NODE__LEASE: '1' });
  await place.until(() => place.marked().length === 0);
  await place.until(() => isKept(spool));
  await takeSpooled(place.server.services, spool);
  assert.equal(await place.pair(id), 'U/G');
  const [error] = await place.database.read(({ db }) =>
    db.selectFrom('task_instance_error_log').select('description').where('task_instance_id', '=', id).execute(),
  );
  assert.match(error?.description ?? '', /the server did not answer for too long/);
});

test('resources may ask for a lease of their own, or for none', async (t) => {
  const own = await orphaned(t, 'sleep 1000', {}, { lease: 1 });
  await own.place.until(() => own.place.marked().length === 0);
  const none = await orphaned(t, 'sleep 3', { SKEP__WORKER_NODE__LEASE: '1' }, { lease: 0 });
  await none.place.until(() => isKept(none.spool));
  assert.deepEqual((await none.spool.kept())[0]?.[0], `${none.id}-D`);
});

test('what is no report is set aside, and hinders no other', async (t) => {
  const { place, id, worker, spool } = await orphaned(t, 'sleep 1; exit 3');
  await place.until(() => isKept(spool));
  worker.program.signal('SIGKILL');
  await spool.keep('0-D', { task_instance_id: 'x', status: 'D' });
  await takeSpooled(place.server.services, spool);
  assert.equal(await place.pair(id), 'E/G');
  assert.deepEqual(await spool.kept(), []);
});
