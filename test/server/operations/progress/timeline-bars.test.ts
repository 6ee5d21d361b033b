import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { rowsOf } from '../../../../src/server/db/bulk.ts';
import { timelineBars } from '../../../../src/server/operations/progress/timeline-bars.ts';
import { type RunningWorkflow, World } from '../../world.ts';

let world: World;
before(async () => {
  world = await World.open();
});
after(() => world.close());

interface Part {
  readonly from?: number;
  readonly until?: number;
  readonly limit?: number;
}

/** Bars of a part of a run that began at `started`; without an end, all until now. */
function bars({ runId }: RunningWorkflow, started: number, { from = started, until, limit = 2000 }: Part = {}) {
  const question = { workflowRunId: runId, runStarted: started, from, limit };
  return world.services.database.readHeavy((unit) =>
    timelineBars(unit, { ...question, until: until ?? world.now + 1 }),
  );
}

async function attempt(workflow: RunningWorkflow, taskId: number, seconds: number, status: string): Promise<number> {
  const [id = 0] = await world.attempt(workflow, 'R', [taskId]);
  world.advance(seconds);
  const usage = { wallclock: seconds, cpu: 1, maxrss: 1 };
  const body = { task_instances: [{ task_instance_id: id, status, error_description: 'it broke', usage }] };
  await world.call('endTaskInstances', {}, body);
  return id;
}

test('every attempt is a bar from its beginning to its end, and what is at work has none', async () => {
  const started = world.now;
  const workflow = await world.run(await world.bind({ tasks: 3, maxAttempts: 3 }));
  const [one = 0, two = 0] = workflow.taskIds;
  const ids = [await attempt(workflow, one, 10, 'E'), await attempt(workflow, one, 20, 'D')];
  const [running = 0] = await world.attempt(workflow, 'R', [two]);
  world.advance(5);
  const { arrayId } = workflow;
  const at = (seconds: number) => started + seconds * 1000;
  const found = await bars(workflow, started);
  assert.deepEqual([found.total, found.chosen], [3, 'all']);
  assert.deepEqual(
    found.bars.map(({ name: _, ...bar }) => bar),
    [
      { id: ids[0], taskId: one, arrayId, status: 'E', attempt: 1, started: at(0), ended: at(10) },
      { id: ids[1], taskId: one, arrayId, status: 'D', attempt: 2, started: at(10), ended: at(30) },
      { id: running, taskId: two, arrayId, status: 'R', attempt: 1, started: at(30), ended: null },
    ],
  );
  const part = async (from: number, until: number) =>
    (await bars(workflow, started, { from: at(from), until: at(until) })).bars.map(({ id }) => id);
  assert.deepEqual(await part(0, 5), [ids[0]]);
  assert.deepEqual(await part(12, 15), [ids[1]]);
  assert.deepEqual(await part(9, 11), ids);
  assert.deepEqual(await part(31, 32), [running]);
  const longest = await bars(workflow, started, { limit: 1 });
  assert.deepEqual([longest.bars.map(({ id }) => id), longest.total, longest.chosen], [[ids[1]], 3, 'longest']);
});

test('attempts of earlier runs are no bars, nor are those that have not begun', async () => {
  const bound = await world.bind({ tasks: 2, maxAttempts: 3 });
  const first = await world.run(bound);
  await attempt(first, bound.taskIds[0] ?? 0, 10, 'E');
  await world.moveRun(first.runId, 'E');
  const started = world.now;
  const second = await world.run(bound);
  await world.attempt(second, 'O', bound.taskIds.slice(1));
  assert.deepEqual(await bars(second, started), { bars: [], chosen: 'all', total: 0 });
});

test('of very many attempts there is a sample of the part, spread over its time, and what is at work', async () => {
  const started = world.now;
  const workflow = await world.run(await world.bind({ tasks: 100 }));
  const MANY = 30_000;
  await addEnded(workflow, MANY, (place) => ({ revision: 1000 + Math.floor(place / 3), ended: started + place * 100 }));
  world.advance(MANY / 10);
  const [running = 0] = await world.attempt(workflow, 'R', workflow.taskIds.slice(0, 1));
  const { bars: found, chosen, total } = await bars(workflow, started);
  assert.deepEqual([chosen, total], ['sample', null]);
  assert.ok(found.length > 1500 && found.length <= 2000, String(found.length));
  assert.ok(found.some(({ id }) => id === running));
  const ends = found.flatMap(({ ended }) => ended ?? []);
  for (let tenth = 0; tenth < 10; tenth++) {
    const [low, high] = [started + tenth * MANY * 10, started + (tenth + 1) * MANY * 10];
    const inside = ends.filter((end) => end >= low && end < high).length;
    assert.ok(inside > 100 && inside < 300, `${inside} in tenth ${tenth}`);
  }
  const half = { from: started + MANY * 50, until: started + MANY * 100 };
  const later = await bars(workflow, started, half);
  assert.equal(later.chosen, 'sample');
  assert.ok(later.bars.every(({ started: begin, ended }) => begin < half.until && (ended ?? half.from) >= half.from));
  const moment = { from: started + MANY * 50, until: started + MANY * 50 + 10_000 };
  const near = await bars(workflow, started, moment);
  // Those that end within these ten seconds, and those that began within: each takes fifty milliseconds.
  assert.deepEqual([near.chosen, near.total, near.bars.length], ['all', 101, 101]);
});

/** As the transactions of their revisions would have ended them. */
function addEnded(
  { runId, arrayId, resourcesId, taskIds }: RunningWorkflow,
  number: number,
  endOf: (place: number) => { readonly revision: number; readonly ended: number },
): Promise<unknown> {
  const rows = Array.from({ length: number }, (_, place) => ({
    step: place,
    task: taskIds[place % taskIds.length] ?? 0,
    ...endOf(place),
  }));
  const given = rowsOf(rows, { step: 'integer', task: 'integer', revision: 'integer', ended: 'integer' });
  return world.services.database.write(async ({ db }) => {
    await db
      .updateTable('skep_revision')
      .set({ value: rows.at(-1)?.revision ?? 0 })
      .execute();
    await sql`insert into task_instance (workflow_run_id, array_id, task_id, task_resources_id, array_batch_num,
      array_step_id, wallclock, status, status_date, revision)
      select ${sql.lit(runId)}, ${sql.lit(arrayId)}, task, ${sql.lit(resourcesId)}, 1000000,
        step, '0.05', 'D', ended, revision
      from ${given} as given`.execute(db);
  });
}
