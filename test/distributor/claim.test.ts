import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routes } from '../../src/api/routes.ts';
import { systemClock } from '../../src/core/clock.ts';
import { isSkepError, type SkepError } from '../../src/core/errors.ts';
import { silentLog } from '../../src/core/log.ts';
import { systemProcesses } from '../../src/core/process.ts';
import { Claim, releaseRun } from '../../src/distributor/claim.ts';
import { Workplace } from '../support/workplace.ts';

const HEARTBEAT = { workflow_run_interval: 0.2, task_instance_interval: 90, report_by_buffer: 3.1 };

/** Gives the run to a distributor of another machine, as the server does when a claim has ended. */
async function giveAway(place: Workplace, workflowRunId: number): Promise<void> {
  await place.database.write(({ db, now }) =>
    db
      .updateTable('skep_distributor')
      .set({ process: 'far/1@1', expires: now + 60_000 })
      .where('workflow_run_id', '=', workflowRunId)
      .executeTakeFirstOrThrow(),
  );
}

test('a distributor whose run another one has got says so, ends, and runs nothing more', async (t) => {
  const place = await Workplace.open(t, { environment: { SKEP__HEARTBEAT__WORKFLOW_RUN_INTERVAL: '0.2' } });
  const bound = await place.bind(['sleep 1000']);
  const run = await place.link(bound);
  const { program, stderr } = await place.distribute(bound, run);
  await place.moveRun(run, 'R');
  await place.queue(bound, run);
  await place.until(() => place.marked().length > 0);
  await giveAway(place, run);
  assert.equal((await program.exited).code, 1, stderr());
  assert.match(stderr(), new RegExp(`Workflow run ${run} is distributed by the process far/1@1 `));
  assert.doesNotMatch(stderr(), /SHUTDOWN/);
  assert.deepEqual(place.marked(), []);
});

test('a claim is confirmed on the server only when its time is half over', async (t) => {
  const place = await Workplace.open(t, { overrides: { heartbeat: HEARTBEAT } });
  const run = await place.link(await place.bind(['true']));
  let time = 0;
  const parts = {
    ...{ workflowRunId: run, requester: place.requester, config: place.config, processes: systemProcesses },
    ...{ clock: { ...systemClock, monotonic: () => time }, log: silentLog },
  };
  const claim = (await Claim.take(parts, { fromOutside: true })) as Claim;
  assert.equal(claim.isTakeover, false);
  const lost: SkepError[] = [];
  claim.onLost = (error) => lost.push(error);
  await claim.confirm();
  await giveAway(place, run);
  time = 300;
  await claim.confirm(); // It cannot be another's yet: the server would have waited for longer.
  time = 400;
  await assert.rejects(claim.confirm(), (error) => isSkepError(error, 'run_distributed'));
  assert.equal(lost.length, 1);
  await releaseRun(parts);
  const params = { workflow_run_id: run };
  assert.equal((await place.requester.call(routes.getDistributor, { params })).holder, 'far/1@1');
});

test('without claims on the server a distributor of the client works, and one from outside is refused', async (t) => {
  const place = await Workplace.open(t, { extensions: false });
  const run = await place.link(await place.bind(['true']));
  const parts = {
    ...{ workflowRunId: run, requester: place.requester, config: place.config, processes: systemProcesses },
    ...{ clock: systemClock, log: silentLog },
  };
  assert.equal(await Claim.take(parts, { fromOutside: false }), undefined);
  await assert.rejects(Claim.take(parts, { fromOutside: true }), (error) => isSkepError(error, 'extension_missing'));
});
