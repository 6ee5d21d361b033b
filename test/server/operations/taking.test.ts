import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type RunningWorkflow, World } from '../world.ts';

let world: World;
before(async () => {
  world = await World.open();
});
after(() => world.close());

function take({ runId }: RunningWorkflow, cursor: number, wait_seconds = 0, signal?: AbortSignal) {
  const body = { cursor, wait_seconds, take: true };
  return world.call('getTaskInstanceChanges', { workflow_run_id: runId }, body, signal);
}

const pairs = (ids: readonly number[]) => Promise.all(ids.map((id) => world.pair(id)));

const batchOf = ({ arrayId, resourcesId }: RunningWorkflow, ids: readonly number[]) => [
  [arrayId, 'step', 1, resourcesId, ids, ids.map((_, step) => step)],
];

test('what is queued is taken with the news of it, and given again to who did not get the answer', async () => {
  const workflow = await world.run(await world.bind({ tasks: 2 }));
  const ids = await world.queue(workflow);
  for (let lost = 0; lost < 2; lost++) {
    const answer = await take(workflow, 0);
    assert.deepEqual(answer.task_instances_by_status, { I: ids });
    assert.deepEqual(answer.task_instance_batches, batchOf(workflow, ids));
    assert.deepEqual(await pairs(ids), ['I/I', 'I/I']);
  }
});

test('who does not ask to take gets the news alone', async () => {
  const workflow = await world.run(await world.bind({ tasks: 1 }));
  const ids = await world.queue(workflow);
  const body = { cursor: 0, wait_seconds: 0 };
  const answer = await world.call('getTaskInstanceChanges', { workflow_run_id: workflow.runId }, body);
  assert.deepEqual([answer.task_instances_by_status, answer.task_instance_batches], [{ Q: ids }, []]);
  assert.deepEqual(await pairs(ids), ['Q/Q']);
});

test('a distributor that waits gets what is queued in the commit that queues it', async () => {
  const workflow = await world.run(await world.bind({ tasks: 2 }));
  const { cursor } = await take(workflow, 0);
  const waiting = take(workflow, cursor, 60);
  assert.ok(world.services.feed.isAwaited(`workflow_run:${workflow.runId}/queued`));
  const ids = await world.queue(workflow);
  assert.deepEqual(await pairs(ids), ['I/I', 'I/I']);
  const answer = await waiting;
  assert.deepEqual(answer.task_instances_by_status, { I: ids });
  assert.deepEqual(answer.task_instance_batches, batchOf(workflow, ids));
});

test('what was taken for a distributor that went away is given to the next that asks', async () => {
  const workflow = await world.run(await world.bind({ tasks: 1 }));
  const { cursor } = await take(workflow, 0);
  const gone = new AbortController();
  const waiting = take(workflow, cursor, 60, gone.signal);
  assert.ok(world.services.feed.isAwaited(`workflow_run:${workflow.runId}/queued`));
  const queued = world.queue(workflow);
  gone.abort();
  const [ids] = await Promise.all([queued, waiting]);
  const answer = await take(workflow, cursor);
  assert.deepEqual(answer.task_instance_batches, batchOf(workflow, ids));
});

test('more than a thousand at once are left to requests of their own', async () => {
  const workflow = await world.run(await world.bind({ tasks: 1001 }));
  const ids = await world.queue(workflow);
  const answer = await take(workflow, 0);
  assert.deepEqual([answer.task_instances_by_status, answer.task_instance_batches], [{ Q: ids }, []]);
});
