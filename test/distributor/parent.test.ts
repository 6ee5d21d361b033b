import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemProcesses } from '../../src/core/process.ts';
import { readProcessTable } from '../../src/core/process-table.ts';
import { Workplace } from '../support/workplace.ts';

const MAIN = fileURLToPath(new URL('../../src/distributor/main.ts', import.meta.url));

test('without a pipe, too, the distributor leaves when its parent has died', async (t) => {
  const place = await Workplace.open(t);
  const bound = await place.bind(['sleep 1000']);
  const run = await place.link(bound);
  const start = `start --cluster_name multiprocess --workflow_run_id ${run}`;
  const parent = await systemProcesses.launch({
    program: '/bin/sh',
    arguments: ['-c', `${process.execPath} ${MAIN} ${start} </dev/null 2>${place.directory}/log & wait`],
    environment: place.environment,
    ownGroup: true,
  });
  t.after(() => parent.signal('SIGKILL'));
  const statusOf = () => place.moveRun(run, 'O');
  await place.until(async () => (await statusOf()) === 'O');
  await place.moveRun(run, 'R');
  await place.queue(bound, run);
  await place.until(() => place.marked().length > 0);
  const distributor = readProcessTable().find((row) => row.parent === parent.pid)?.pid;
  process.kill(parent.pid, 'SIGKILL');
  await place.until(() => !readProcessTable().some(({ pid }) => pid === distributor));
  assert.deepEqual(place.marked(), []);
});
