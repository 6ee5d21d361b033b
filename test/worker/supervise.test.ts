import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import { routes } from '../../src/api/routes.ts';
import { type SupervisorOrder, writeLine } from '../../src/api/supervisor.ts';
import { type Job, Workplace } from '../support/workplace.ts';

const QUICK = { SKEP__WORKER_NODE__COMMAND_INTERRUPT_TIMEOUT: '0.5' };

/** A supervisor with one instance for each command, which it has not been told of yet. */
async function setUp(place: Workplace, commands: readonly string[]) {
  const bound = await place.bind(commands);
  const run = await place.link(bound);
  for (const status of ['I', 'O', 'R']) await place.moveRun(run, status);
  const ids = await place.queue(bound, run);
  await place.requester.call(routes.instantiateTaskInstances, { body: { task_instance_ids: ids } });
  const job = await place.launch('worker', ['supervise', '--cluster_name', 'c', '--workflow_run_id', run]);
  const jobs = ids.map((taskInstanceId, step) => ({
    ...{ taskInstanceId, distributorId: `1_${step}`, cores: 1 },
    ...{ memory: null, runtime: null },
  }));
  const events: string[] = [];
  createInterface({ input: job.program.stdout as Readable }).on('line', (line) => events.push(line));
  return { run, ids, job, jobs, events };
}

const send = ({ program }: Job, order: SupervisorOrder) => program.stdin?.write(writeLine(order));

test('orders that come before it is ready are obeyed, and every job has its two events', async (t) => {
  const place = await Workplace.open(t);
  const { run, job, jobs, events } = await setUp(place, ['true', 'false']);
  send(job, { type: 'run', jobs });
  await place.untilEnded(run);
  await place.until(() => events.length === 4);
  send(job, { type: 'drain' });
  job.program.stdin?.end();
  assert.deepEqual(await job.program.exited, { code: 0, signal: null });
  assert.deepEqual(
    events
      .map((line) => JSON.parse(line))
      .map(({ type, distributorId }) => `${type} ${distributorId}`)
      .sort(),
    ['ended 1_0', 'ended 1_1', 'started 1_0', 'started 1_1'],
  );
});

test('a distributor that dies in the middle of a word: everything ends, and is reported', async (t) => {
  const place = await Workplace.open(t, { environment: QUICK });
  const { ids, job, jobs } = await setUp(place, ['sleep 1000']);
  send(job, { type: 'run', jobs });
  await place.until(() => place.marked().length > 0);
  job.program.stdin?.end('{"type":"run","jo');
  assert.deepEqual(await job.program.exited, { code: 0, signal: null }, job.stderr());
  assert.deepEqual(place.marked(), []);
  assert.equal(await place.pair(ids[0] as number), 'U/G');
});

test('it ends without a server too', async (t) => {
  const place = await Workplace.open(t, { environment: { SKEP__HTTP__SERVICE_URL: 'http://127.0.0.1:9' } });
  const job = await place.launch('worker', ['supervise', '--cluster_name', 'c', '--workflow_run_id', 1]);
  send(job, { type: 'run', jobs: [] });
  job.program.stdin?.end();
  assert.equal((await job.program.exited).code, 0);
});
