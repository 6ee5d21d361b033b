import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSkepError } from '../../../src/core/errors.ts';
import { type RunningWorkflow, World } from '../world.ts';

let world: World;
before(async () => {
  world = await World.open();
});
after(() => world.close());

function changes({ workflowId, runId }: RunningWorkflow, cursor: number, wait_seconds = 0, signal?: AbortSignal) {
  const body = { cursor, wait_seconds, workflow_run_id: runId };
  return world.call('getWorkflowChanges', { workflow_id: workflowId }, body, signal);
}

function instanceChanges({ runId }: RunningWorkflow, cursor: number, wait_seconds = 0) {
  return world.call('getTaskInstanceChanges', { workflow_run_id: runId }, { cursor, wait_seconds });
}

function updates({ workflowId }: RunningWorkflow, last_sync?: string | null) {
  return world.call('getTaskStatusUpdates', { workflow_id: workflowId }, last_sync === undefined ? {} : { last_sync });
}

test('cursor 0 gives everything; each further cursor gives each change once', async () => {
  const workflow = await world.run(await world.bind({ tasks: 3 }));
  const all = await changes(workflow, 0);
  assert.deepEqual(all, {
    cursor: all.cursor,
    tasks_by_status: { G: workflow.taskIds },
    workflow_run_status: 'R',
    max_concurrently_running: 100,
    array_limits: { [workflow.arrayId]: 50 },
  });
  const [a = 0] = await world.attempt(workflow, 'R', workflow.taskIds.slice(0, 1));
  const next = await changes(workflow, all.cursor);
  assert.deepEqual(next.tasks_by_status, { R: workflow.taskIds.slice(0, 1) });
  assert.deepEqual((await changes(workflow, next.cursor)).tasks_by_status, {});
  const instances = await instanceChanges(workflow, 0);
  assert.deepEqual(instances.task_instances_by_status, { R: [a] });
  await world.end([a], 'D');
  const ended = await instanceChanges(workflow, instances.cursor);
  assert.deepEqual([ended.task_instances_by_status, ended.workflow_run_status], [{ D: [a] }, 'R']);
});

test('a cursor that this database never gave out gives everything', async () => {
  const workflow = await world.run(await world.bind({ tasks: 2 }));
  assert.deepEqual((await changes(workflow, 10 ** 12)).tasks_by_status, { G: workflow.taskIds });
});

test('a waiting request is answered by the change that it waits for, whatever kind it is', async () => {
  const workflow = await world.run(await world.bind({ tasks: 1 }));
  const path = { workflow_id: workflow.workflowId };
  const limits = () => world.call('setWorkflowConcurrency', path, { max_tasks: '7' });
  const arrayLimit = () =>
    world.call('setWorkflowArrayConcurrency', path, { max_tasks: 3, task_template_version_id: 1 });
  const kinds: [() => Promise<unknown>, string, unknown][] = [
    [() => world.queue(workflow), 'tasks_by_status', { Q: workflow.taskIds }],
    [limits, 'max_concurrently_running', 7],
    [arrayLimit, 'array_limits', { [workflow.arrayId]: 3 }],
    [() => world.moveRun(workflow.runId, 'C'), 'workflow_run_status', 'C'],
  ];
  for (const [change, field, expected] of kinds) {
    const { cursor } = await changes(workflow, 0);
    const waiting = changes(workflow, cursor, 60);
    await change();
    const answer: Record<string, unknown> = await waiting;
    assert.deepEqual(answer[field], expected, field);
  }
});

test('the swarm of a resumed run hears of a task whose instance belongs to the earlier run', async () => {
  const first = await world.run(await world.bind());
  const [id = 0] = await world.attempt(first, 'R');
  await world.moveRun(first.runId, 'H');
  await world.moveRun(first.runId, 'T');
  const second = await world.run(first);
  const { cursor } = await changes(second, 0);
  const waiting = changes(second, cursor, 60);
  await world.end([id], 'D');
  assert.deepEqual((await waiting).tasks_by_status, { D: second.taskIds });
});

test('a waiting distributor hears of its run and its instances', async () => {
  const workflow = await world.run(await world.bind({ tasks: 1 }));
  const { cursor } = await instanceChanges(workflow, 0);
  const waiting = instanceChanges(workflow, cursor, 60);
  const [id = 0] = await world.queue(workflow);
  const heard = await waiting;
  assert.deepEqual(heard.task_instances_by_status, { Q: [id] });
  const ending = instanceChanges(workflow, heard.cursor, 60);
  await world.moveRun(workflow.runId, 'E');
  assert.equal((await ending).workflow_run_status, 'E');
});

test('changes elsewhere end no wait; the time-out and a client that leaves do', async () => {
  const workflow = await world.run(await world.bind());
  const other = await world.run(await world.bind());
  const { cursor } = await changes(workflow, 0);
  const leaving = new AbortController();
  const waiting = changes(workflow, cursor, 60, leaving.signal);
  await world.queue(other);
  leaving.abort();
  assert.deepEqual((await waiting).tasks_by_status, {});
  assert.deepEqual((await changes(workflow, cursor, 0.01)).tasks_by_status, {});
});

test('readers that follow the feed while many write see every change exactly once', async () => {
  const workflow = await world.run(await world.bind({ tasks: 60 }));
  const seen: string[] = [];
  let { cursor } = await changes(workflow, 0);
  const reader = (async () => {
    const finished = new Set<number>();
    while (finished.size < 60) {
      const answer = await changes(workflow, cursor, 60);
      assert.ok(answer.cursor > cursor);
      cursor = answer.cursor;
      for (const [status, ids] of Object.entries(answer.tasks_by_status)) {
        for (const id of ids) {
          seen.push(`${id}${status}`);
          if (status === 'D') finished.add(id);
        }
      }
    }
  })();
  await Promise.all(
    Array.from({ length: 12 }, async (_, part) => {
      const taskIds = workflow.taskIds.slice(part * 5, part * 5 + 5);
      const request = { task_ids: taskIds, task_resources_id: 1, workflow_run_id: workflow.runId };
      await world.call('queueTaskBatch', { array_id: workflow.arrayId }, request);
      const { task_instances_by_status: found } = await instanceChanges(workflow, 0);
      const mine = (await Promise.all((found.Q ?? []).map((id) => world.instance(id)))).filter(({ task_id }) =>
        taskIds.includes(task_id),
      );
      const ids = mine.map(({ id }) => id);
      await world.call('instantiateTaskInstances', {}, { task_instance_ids: ids });
      await world.start(ids);
      await world.end(ids, 'D');
    }),
  );
  await reader;
  assert.equal(new Set(seen).size, seen.length, 'no change comes twice');
  assert.equal(seen.filter((change) => change.endsWith('D')).length, 60);
});

test('an unknown workflow or run is named', async () => {
  const workflow = await world.run(await world.bind());
  const named = (id: number) => (error: unknown) =>
    isSkepError(error, 'not_found') && error.message.includes(String(id));
  await assert.rejects(changes({ ...workflow, workflowId: 555_555 }, 0), named(555_555));
  await assert.rejects(changes({ ...workflow, runId: 666_666 }, 0), named(666_666));
  await assert.rejects(instanceChanges({ ...workflow, runId: 666_666 }, 0), named(666_666));
});

test('polling by time: all without last_sync, later changes with it, nothing for a text that is no time', async () => {
  const workflow = await world.run(await world.bind({ tasks: 3 }));
  const all = await updates(workflow);
  assert.deepEqual(all.tasks_by_status, { G: workflow.taskIds });
  assert.deepEqual(await updates(workflow, null), all);
  world.advance(60);
  const { time } = await updates(workflow, all.time);
  assert.match(time, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  await world.queue(workflow, workflow.taskIds.slice(1, 2));
  assert.deepEqual((await updates(workflow, time)).tasks_by_status, { Q: workflow.taskIds.slice(1, 2) });
  assert.deepEqual((await updates(workflow, time.replace(' ', 'T'))).tasks_by_status, {
    Q: workflow.taskIds.slice(1, 2),
  });
  world.advance(60);
  assert.deepEqual((await updates(workflow, (await updates(workflow)).time)).tasks_by_status, {});
  assert.deepEqual((await updates(workflow, 'yesterday')).tasks_by_status, {});
  assert.deepEqual((await updates({ ...workflow, workflowId: 444_444 })).tasks_by_status, {});
});

test('a change that was stamped before a poll and committed after it is in the next poll', async () => {
  const workflow = await world.run(await world.bind({ tasks: 1 }));
  world.advance(60);
  const { time } = await updates(workflow);
  world.advance(-4);
  await world.queue(workflow);
  world.advance(4);
  assert.deepEqual((await updates(workflow, time)).tasks_by_status, { Q: workflow.taskIds });
});

test('Q11: a limit that is raised while the run goes on is heard', async () => {
  const workflow = await world.run(await world.bind({ tasks: 20 }));
  const path = { workflow_id: workflow.workflowId };
  for (const limit of [2, 5]) {
    const { cursor } = await changes(workflow, 0);
    const answer = await world.call('setWorkflowConcurrency', path, { max_tasks: limit });
    assert.match(answer.message, new RegExp(`at most ${limit} tasks`));
    assert.equal((await changes(workflow, cursor, 60)).max_concurrently_running, limit);
  }
  const unknown = { workflow_id: 333_333 };
  assert.match((await world.call('setWorkflowConcurrency', unknown, { max_tasks: 1 })).message, /does not exist/);
  const arrays = { max_tasks: 1, task_template_version_id: 99 };
  assert.match((await world.call('setWorkflowArrayConcurrency', path, arrays)).message, /no tasks/);
});

test('mere progress waits for the work that follows it', async (t) => {
  const own = await World.open();
  t.after(() => own.close());
  // Progress alone would never be answered here.
  Object.assign(own.services.clock, { sleep: () => new Promise<void>(() => {}) });
  const workflow = await own.run(await own.bind({ tasks: 1 }));
  const { workflowId: workflow_id, runId: workflow_run_id } = workflow;
  const { cursor } = await own.call(
    'getWorkflowChanges',
    { workflow_id },
    { cursor: 0, wait_seconds: 0, workflow_run_id },
  );
  const swarm = own.call('getWorkflowChanges', { workflow_id }, { cursor, wait_seconds: 60, workflow_run_id });
  const distributor = own.call('getTaskInstanceChanges', { workflow_run_id }, { cursor, wait_seconds: 60 });
  const ids = await own.queue(workflow);
  const queued = await distributor;
  assert.deepEqual(queued.task_instances_by_status, { Q: ids });
  const next = own.call('getTaskInstanceChanges', { workflow_run_id }, { cursor: queued.cursor, wait_seconds: 60 });
  await own.call('instantiateTaskInstances', {}, { task_instance_ids: ids });
  await own.start(ids);
  await own.end(ids, 'D');
  assert.deepEqual((await swarm).tasks_by_status, { D: workflow.taskIds });
  await own.moveRun(workflow.runId, 'D');
  assert.deepEqual(await next.then((answer) => [answer.task_instances_by_status, answer.workflow_run_status]), [
    { D: ids },
    'D',
  ]);
});
