/** A workflow that a Python client described, bound and saw fail, taken over by ours. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Served } from '../server/served.ts';
import { type Exchange, type Recording, readRecording, skipWithoutRecordings } from '../wire/recordings.ts';
import { replay } from '../wire/replay.ts';
import { Workbench } from './skep.ts';

/** Ids in the recordings: tasks 10 to 13 are `prep_1` to `prep_4`, 14 to 17 `model_1` to `model_4`, 18 `summary`. */
const WORKFLOW = '2';
const [FAILED, LAST] = [16, 18];

test('a workflow of a Python client is resumed by its id', { skip: skipWithoutRecordings }, async (context) => {
  const bench = new Workbench(context);
  const place = bench.path('out');
  const served = await Served.open(context);
  for (const recording of ['1-run-done', '2-run-fails'] as const) await replay(served, exchangesAt(place, recording));
  await replay(served, untilNextRun(exchangesAt(place, '3-run-resumes')));
  leaveWhatWasDone(place);
  const instances = await instancesOf(served);
  bench.environment.SKEP__HTTP__SERVICE_URL = await served.server.app.listen({ host: '127.0.0.1', port: 0 });
  bench.environment.SKEP__HTTP__TOKEN = 'secret';

  await storeLiterals(served, { scales: `{'memory': 'grow_memory'}`, fallbacks: '[]' });
  const refused = await bench.run('workflow', 'resume', '-w', WORKFLOW, '-c', 'multiprocess');
  assert.equal(refused.code, 2);
  assert.match(refused.errors, /Task 1[68] scales memory by the function grow_memory/);
  assert.deepEqual(await instancesOf(served), instances, 'nothing was started');

  await storeLiterals(served, { scales: `{'memory': (0.5, 1.0,), "runtime": 0.5}`, fallbacks: `('null.q',)` });
  const resumed = await bench.run('workflow', 'resume', '-w', WORKFLOW, '-c', 'multiprocess');
  assert.equal(resumed.code, 0, resumed.errors);
  assert.equal(await statusOf(served), 'D');
  const added = (await instancesOf(served)).slice(instances.length);
  assert.deepEqual(
    added.map(({ task_id, status }) => [task_id, status]),
    [
      [FAILED, 'D'],
      [LAST, 'D'],
    ],
  );
  const models = ['done earlier: model_1', 'done earlier: model_2', 'done earlier: prep_3', 'done earlier: model_4'];
  assert.equal(readFileSync(join(place, 'summary'), 'utf8'), models.map((line) => `${line}\n`).join(''));
});

/** The recorded requests, with the tasks' files in a directory of this test. */
function exchangesAt(place: string, recording: Recording): Exchange[] {
  const moved = (text: string | null) => text?.replaceAll('/srv/wire', place) ?? null;
  return readRecording(recording).map((exchange) => ({ ...exchange, request: moved(exchange.request) }));
}

/** Binding again with the mended argument, as the recorded client did before it started a run of its own. */
function untilNextRun(exchanges: readonly Exchange[]): Exchange[] {
  return exchanges.slice(
    0,
    exchanges.findIndex(({ url }) => /\/workflow_run\?/.test(url)),
  );
}

/** The files that the tasks wrote which are done; each would write something else if it ran again. */
function leaveWhatWasDone(place: string): void {
  mkdirSync(place);
  const names = ['prep_1', 'prep_2', 'prep_3', 'prep_4', 'model_1', 'model_2', 'model_4'];
  for (const name of names) writeFileSync(join(place, name), `done earlier: ${name}\n`);
}

/** Puts the texts into the rows of the open tasks that a Python server would have put there. */
async function storeLiterals(served: Served, { scales, fallbacks }: { scales: string; fallbacks: string }) {
  await served.database.write(({ db }) =>
    db
      .updateTable('task')
      .set({ resource_scales: scales, fallback_queues: fallbacks })
      .where('id', 'in', [FAILED, LAST])
      .execute(),
  );
}

function instancesOf(served: Served) {
  return served.database.read(({ db }) =>
    db.selectFrom('task_instance').select(['id', 'task_id', 'status']).orderBy('id').execute(),
  );
}

async function statusOf(served: Served): Promise<string> {
  const row = await served.database.read(({ db }) =>
    db.selectFrom('workflow').select('status').where('id', '=', Number(WORKFLOW)).executeTakeFirstOrThrow(),
  );
  return row.status;
}
