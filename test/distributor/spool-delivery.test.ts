import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Requester } from '../../src/api/requester.ts';
import { routes } from '../../src/api/routes.ts';
import { silentLog } from '../../src/core/log.ts';
import { directorySpool } from '../../src/core/spool.ts';
import { deliverSpooled } from '../../src/distributor/spool-delivery.ts';
import { Workplace } from '../support/workplace.ts';

const REPORT = { stdout: null, stderr: null, stdout_log: 'out', stderr_log: '', nodename: 'n1', distributor_id: '1' };
const usage = { wallclock: 1, cpu: null, maxrss: null };

for (const extensions of [true, false]) {
  test(`kept reports reach a server ${extensions ? 'of ours' : 'with the compatible routes alone'}`, async (t) => {
    const place = await Workplace.open(t, { extensions });
    const bound = await place.bind(['true', 'true', 'true']);
    const run = await place.link(bound);
    for (const status of ['I', 'O', 'R']) await place.moveRun(run, status);
    const ids = await place.queue(bound, run);
    await place.requester.call(routes.instantiateTaskInstances, { body: { task_instance_ids: ids } });
    const [done = 0, failed = 0, late = 0] = ids;
    await place.force(done, { status: 'R' });
    await place.force(failed, { status: 'R' });
    await place.force(late, { status: 'F' });
    const spool = directorySpool(join(place.directory, 'spool'));
    await spool.keep('a', { ...REPORT, usage, task_instance_id: done, status: 'D' });
    await spool.keep('b', { ...REPORT, usage, task_instance_id: failed, status: 'E', error_description: 'broke' });
    await spool.keep('c', { ...REPORT, usage, task_instance_id: late, status: 'D' });
    await spool.keep('d', { task_instance_id: done, status: { odd: true } });
    await deliverSpooled(spool, place.requester, silentLog);
    assert.deepEqual(await Promise.all(ids.map(async (id) => (await place.instance(id)).status)), ['D', 'E', 'F']);
    assert.deepEqual(await place.errors(failed), ['broke']);
    assert.deepEqual(await spool.kept(), []);
  });
}

test('a server that is away leaves the reports where they are', async (t) => {
  const place = await Workplace.open(t);
  const spool = directorySpool(join(place.directory, 'spool'));
  await spool.keep('a', { ...REPORT, usage, task_instance_id: 1, status: 'D' });
  const send = async () => {
    throw new Error('connection refused');
  };
  const gone = new Requester({ transport: { send, close: async () => {} }, retriesAttempts: 1 });
  await assert.rejects(deliverSpooled(spool, gone, silentLog), /connection refused/);
  assert.equal((await spool.kept()).length, 1);
});
