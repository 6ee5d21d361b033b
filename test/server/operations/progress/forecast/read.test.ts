import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ReadUnit } from '../../../../../src/server/db/unit.ts';
import { attemptsOf } from '../../../../../src/server/operations/progress/forecast/attempts.ts';
import { sampleGraph } from '../../../../../src/server/operations/progress/forecast/edges.ts';
import { workflowProgress } from '../../../../../src/server/operations/progress/workflow-progress.ts';
import { type RunningWorkflow, World } from '../../../world.ts';

let world: World;
before(async () => {
  world = await World.open();
});
after(() => world.close());

const read = <Result>(work: (unit: ReadUnit) => Promise<Result>) => world.services.database.read(work);
const forecastOf = async (workflowId: number) => (await read((unit) => workflowProgress(unit, workflowId))).forecast;

/** Ends one attempt after ten seconds, with that run time. */
async function endOne(workflow: RunningWorkflow, taskId: number, status = 'D', wallclock: number | null = 10) {
  const [id = 0] = await world.attempt(workflow, 'R', [taskId]);
  world.advance(10);
  const body = {
    task_instances: [
      {
        task_instance_id: id,
        status,
        error_description: 'it broke',
        ...(wallclock !== null && { usage: { wallclock, cpu: 5, maxrss: 1 } }),
      },
    ],
  };
  await world.call('endTaskInstances', {}, body);
}

/** Ten tasks: five were done, one after the other; one runs, for four seconds now, and one waits. */
async function halfDone(): Promise<RunningWorkflow> {
  const workflow = await world.run(await world.bind({ tasks: 10, maxAttempts: 2 }));
  for (const id of workflow.taskIds.slice(0, 5)) await endOne(workflow, id);
  await world.attempt(workflow, 'R', workflow.taskIds.slice(5, 6));
  await world.attempt(workflow, 'O', workflow.taskIds.slice(6, 7));
  world.advance(4);
  return workflow;
}

test('five of ten tasks of ten seconds, one at a time: it ends in about fifty seconds', async () => {
  const { workflowId } = await halfDone();
  const forecast = await forecastOf(workflowId);
  const restOf = (time: number | undefined) => ((time ?? Number.NaN) - world.now) / 1000;
  const [earliest, likely, latest] = [forecast?.earliest, forecast?.likely, forecast?.latest].map(restOf) as number[];
  assert.ok(earliest !== undefined && likely !== undefined && latest !== undefined);
  assert.ok(earliest >= 6 && earliest <= 46 && latest >= 46, JSON.stringify([earliest, likely, latest]));
  assert.ok(likely > 20 && likely < 90, String(likely));
  assert.deepEqual(await forecastOf(workflowId), forecast, 'told twice, it is the same');
});

test('nothing is told before anything is done, while it is paused, when it stops, and when it is over', async () => {
  const fresh = await world.run(await world.bind({ tasks: 3 }));
  assert.equal(await forecastOf(fresh.workflowId), undefined);
  await world.attempt(fresh, 'R', fresh.taskIds.slice(0, 1));
  assert.equal(await forecastOf(fresh.workflowId), undefined);
  assert.equal(await forecastOf((await world.bind()).workflowId), undefined, 'never run');
  const empty = await world.run(await world.bind({ tasks: 0 }));
  assert.equal(await forecastOf(empty.workflowId), undefined, 'no tasks');

  const { workflowId, runId } = await halfDone();
  const limitTo = (max_tasks: number) =>
    world.call('setWorkflowConcurrency', { workflow_id: workflowId }, { max_tasks });
  await limitTo(0);
  assert.equal(await forecastOf(workflowId), undefined, 'paused');
  await limitTo(3);
  assert.ok(await forecastOf(workflowId));
  await world.moveRun(runId, 'C');
  assert.equal(await forecastOf(workflowId), undefined, 'told to stop');
  await world.moveRun(runId, 'T');
  assert.equal(await forecastOf(workflowId), undefined, 'over');
});

test('a workflow of which every task failed for good ends now', async () => {
  const workflow = await world.run(await world.bind({ tasks: 2, maxAttempts: 1 }));
  await endOne(workflow, workflow.taskIds[0] as number);
  await endOne(workflow, workflow.taskIds[1] as number, 'E');
  assert.deepEqual(await forecastOf(workflow.workflowId), {
    earliest: world.now,
    likely: world.now,
    latest: world.now,
  });
});

test('attempts are those that ended with a run time, that run, and that wait', async () => {
  const workflow = await halfDone();
  await endOne(workflow, workflow.taskIds[7] as number, 'E', 0);
  await endOne(workflow, workflow.taskIds[8] as number, 'E', null);
  const [hostile = 0] = await world.attempt(workflow, 'R', workflow.taskIds.slice(9));
  await world.end([hostile], 'D');
  await world.services.database.write(async ({ db }) => {
    await db.updateTable('task_instance').set({ wallclock: '; drop table task' }).where('id', '=', hostile).execute();
  });
  const { ended, running, waiting } = await read((unit) => attemptsOf(unit, workflow.runId));
  assert.deepEqual(
    ended.map(({ begun, ended: end, isDone }) => [end - begun, isDone]),
    [[0, false], ...Array.from({ length: 5 }, () => [10_000, true])],
  );
  assert.deepEqual(running, [{ arrayId: workflow.arrayId, begun: world.now - 24_000 }]);
  assert.deepEqual(waiting, new Map([[workflow.arrayId, 1]]));
});

/** Arrays of one workflow by size; a task of each waits for all of the one before. */
async function chainOf(...sizes: number[]) {
  const { workflowId } = await world.bind({ tasks: 0 });
  const dagId = workflowId + 1000;
  return world.services.database.write(async ({ db, now }) => {
    await db.updateTable('workflow').set({ dag_id: dagId }).where('id', '=', workflowId).execute();
    const arrays: number[] = [];
    let upstream: number[] = [];
    for (const [place, size] of sizes.entries()) {
      const version = workflowId * 10 + 10_000 + place;
      const values = { name: `level_${place}`, task_template_version_id: version, workflow_id: workflowId };
      const array = { ...values, max_concurrently_running: 50 };
      const { id } = await db.insertInto('array').values(array).returning('id').executeTakeFirstOrThrow();
      arrays.push(id);
      const nodes: number[] = [];
      for (let index = 0; index < size; index++) {
        const node = { task_template_version_id: version, node_args_hash: `${index}` };
        const { id: nodeId } = await db.insertInto('node').values(node).returning('id').executeTakeFirstOrThrow();
        nodes.push(nodeId);
        const list = upstream.length === 0 ? null : JSON.stringify(upstream);
        await db.insertInto('edge').values({ dag_id: dagId, node_id: nodeId, upstream_node_ids: list }).execute();
        const texts = { task_args_hash: '1', name: 't', command: 'true' };
        const task = { ...texts, workflow_id: workflowId, node_id: nodeId, array_id: id, max_attempts: place + 1 };
        await db
          .insertInto('task')
          .values({ ...task, status_date: now })
          .execute();
      }
      upstream = nodes;
    }
    return { workflowId, arrays };
  });
}

test('who waits for whom is told by a few tasks, also of lists that are longer than what is read of them', async () => {
  const { workflowId, arrays } = await chainOf(300, 3, 1);
  const { edges, maxAttempts } = await read((unit) => sampleGraph(unit, workflowId, arrays));
  const [first = 0, second = 0, third = 0] = arrays;
  assert.deepEqual(
    edges.map(({ from, to, upstreams }) => [from, to, Math.round(upstreams * 1000) / 1000]).sort(),
    [
      [first, second, 300],
      [second, third, 3],
    ].sort(),
  );
  assert.deepEqual(maxAttempts, new Map(arrays.map((id, place) => [id, place + 1])));
  assert.deepEqual(await read((unit) => sampleGraph(unit, workflowId, [])), { edges: [], maxAttempts: new Map() });
});
