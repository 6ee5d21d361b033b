import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routes } from '../../../../src/api/routes.ts';
import { systemClock } from '../../../../src/core/clock.ts';
import { silentLog } from '../../../../src/core/log.ts';
import { systemProcesses } from '../../../../src/core/process.ts';
import { OrphanWatch } from '../../../../src/distributor/clusters/local/orphan-watch.ts';
import { Workplace } from '../../../support/workplace.ts';

/** Seconds become hundredths. */
const hastyClock = {
  ...systemClock,
  after: (milliseconds: number, action: () => void) => systemClock.after(milliseconds / 100, action),
};

test('a command that a hot resume lets go on is ended and given up when its supervisor dies later', async (t) => {
  const place = await Workplace.open(t);
  const bound = await place.bind(['sleep 1000']);
  const first = await place.link(bound);
  const distributor = await place.distribute(bound, first);
  await place.moveRun(first, 'R');
  const [id = 0] = await place.queue(bound, first);
  await place.until(() => place.marked().length > 0);

  const params = { workflow_id: bound.workflowId };
  await place.requester.call(routes.setResume, { params, body: { reset_running_jobs: false } });
  await place.moveRun(first, 'T');
  distributor.program.stdin?.end();
  await distributor.program.exited;
  const watch = new OrphanWatch({
    database: place.database.databaseId,
    workflowId: bound.workflowId,
    workflowRunId: await place.link(bound),
    requester: place.requester,
    clock: hastyClock,
    processes: systemProcesses,
    log: silentLog,
  });
  await watch.start();
  const [command] = place.marked();
  assert.equal(await place.pair(id), 'R/R');

  process.kill(Number.parseInt(command?.mark.supervisor ?? '', 10), 'SIGKILL');
  await place.until(() => place.marked().length === 0);
  await place.until(async () => (await place.pair(id)) === 'U/G');
  await watch.stop();
});
