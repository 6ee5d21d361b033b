import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TaskStatus, WorkflowStatus } from '../../../../src/core/status.ts';
import {
  type ChangeOutcome,
  type Confirmation,
  changeTasks,
  previewChange,
} from '../../../../src/server/operations/changing/change-tasks.ts';
import type { ChangeRequest } from '../../../../src/server/operations/changing/plan.ts';
import { listChanges } from '../../../../src/server/operations/changing/record.ts';
import { errorGroups } from '../../../../src/server/operations/looking/error-groups.ts';
import type { GivenFilter } from '../../../../src/server/operations/looking/task-search.ts';
import { type RunningWorkflow, World } from '../../world.ts';

let world: World;
before(async () => {
  world = await World.open();
});
after(() => world.close());

type Asked = Partial<Omit<ChangeRequest, 'filter'>> & { readonly filter?: Partial<GivenFilter> };

function requestOf(workflowId: number, { filter = {}, ...others }: Asked = {}): ChangeRequest {
  const conditions = { workflowId, labels: [], arrayIds: [], taskIds: [], text: undefined, ...filter };
  const usual = { action: 'reset', recursive: false, resources: undefined, user: 'bee' } as const;
  return { workflowId, ...usual, ...others, filter: conditions };
}

let keys = 0;
function change(workflowId: number, asked: Asked, confirmation: Partial<Confirmation> = {}): Promise<ChangeOutcome> {
  const usual = { expected: undefined, origin: 'hive', key: `key number ${++keys}` };
  return changeTasks(world.services, requestOf(workflowId, asked), { ...usual, ...confirmation });
}

const preview = (workflowId: number, asked: Asked) =>
  previewChange(world.services.database, requestOf(workflowId, asked));

const statusesOf = async (ids: readonly number[]) =>
  (await Promise.all(ids.map((id) => world.task(id)))).map(({ status }) => status).join('');

const leftOut = ({ leftOut }: ChangeOutcome) => Object.fromEntries(leftOut.map(({ reason, tasks }) => [reason, tasks]));

/** Six tasks: done, failed twice, running, waiting for its second attempt, untouched; the run goes on. */
async function mixed(): Promise<RunningWorkflow> {
  const workflow = await world.run(await world.bind({ tasks: 6, maxAttempts: 2 }));
  const [done = 0, failed = 0, alsoFailed = 0, running = 0, waiting = 0] = workflow.taskIds;
  await world.end(await world.attempt(workflow, 'R', [done]), 'D');
  for (let attempt = 0; attempt < 2; attempt++) {
    await world.end(await world.attempt(workflow, 'R', [failed, alsoFailed]), 'E', `no cell ${attempt}`);
  }
  await world.end(await world.attempt(workflow, 'R', [waiting]), 'E', 'another fault');
  await world.attempt(workflow, 'R', [running]);
  assert.equal(await statusesOf(workflow.taskIds), 'DFFRGG');
  return workflow;
}

async function rest(workflow: RunningWorkflow): Promise<void> {
  await world.moveRun(workflow.runId, 'E');
}

async function setStatus(workflowId: number, status: WorkflowStatus): Promise<void> {
  await world.services.database.write(({ db }) =>
    db.updateTable('workflow').set({ status }).where('id', '=', workflowId).execute(),
  );
}

test('a preview says what would be changed and why the rest is not, and changes nothing', async () => {
  const workflow = await mixed();
  const outcome = await preview(workflow.workflowId, { action: 'mark_done' });
  assert.equal(outcome.changeId, undefined);
  assert.equal(outcome.tasks, 4);
  assert.equal(outcome.liveRun, workflow.runId);
  assert.deepEqual(
    outcome.groups.map(({ template, status, tasks }) => [template, status, tasks]),
    [
      ['step', 'F', 2],
      ['step', 'G', 2],
    ],
  );
  assert.deepEqual(
    outcome.sample.map(({ name }) => name),
    ['task_2', 'task_3', 'task_5', 'task_6'],
  );
  assert.deepEqual(leftOut(outcome), { done: 1, at_work: 1 });
  assert.equal(await statusesOf(workflow.taskIds), 'DFFRGG');
});

test('what each verb does to each status, with a live run and without', async () => {
  const cases: [ChangeRequest['action'], boolean, boolean, string | RegExp][] = [
    ['mark_done', true, false, 'DDDRDD'],
    ['mark_done', false, false, 'DDDDDD'],
    ['retry', true, false, 'DGGRGG'],
    ['retry', false, false, 'DGGGGG'],
    ['retry', true, true, /Tasks get no new resources because run \d+ .* is RUNNING .* skep workflow stop -w \d+\.$/],
    ['retry', false, true, 'DGGGGG'],
    ['reset', true, false, /^One of the tasks is DONE and cannot be reset because run \d+ .* skep workflow stop -w/],
    ['reset', false, false, 'GGGGGG'],
  ];
  for (const [action, isLive, givesResources, expected] of cases) {
    const workflow = await mixed();
    if (!isLive) await rest(workflow);
    const asked = { action, ...(givesResources && { resources: { memory: 9 } }) };
    if (typeof expected === 'string') {
      const { tasks } = await change(workflow.workflowId, asked);
      const before = [...'DFFRGG'];
      assert.equal(await statusesOf(workflow.taskIds), expected, `${action} ${isLive}`);
      assert.ok(tasks >= before.filter((status, index) => status !== expected[index]).length);
    } else {
      for (const attempt of [preview, change]) {
        await assert.rejects(attempt(workflow.workflowId, asked), { code: 'workflow_live', message: expected });
      }
      assert.equal(await statusesOf(workflow.taskIds), 'DFFRGG');
    }
  }
});

test('failed tasks are reset and retried under a live run, which is told of it', async () => {
  for (const action of ['reset', 'retry'] as const) {
    const workflow = await mixed();
    const { workflowId, runId } = workflow;
    const body = { cursor: 0, wait_seconds: 0, workflow_run_id: runId };
    const { cursor } = await world.call('getWorkflowChanges', { workflow_id: workflowId }, body);
    const outcome = await change(workflowId, { action, filter: { labels: ['FATAL'] } });
    assert.deepEqual([outcome.tasks, outcome.liveRun], [2, runId]);
    const news = await world.call('getWorkflowChanges', { workflow_id: workflowId }, { ...body, cursor });
    assert.deepEqual(news.tasks_by_status, { G: workflow.taskIds.slice(1, 3) });
    assert.equal((await world.task(workflow.taskIds[1] ?? 0)).num_attempts, 0);
    assert.equal(await world.runPair(runId), 'R/R');
  }
});

test('attempts that a run left open are ended with the change', async () => {
  for (const action of ['reset', 'mark_done'] as const) {
    const workflow = await mixed();
    await rest(workflow);
    const open = await world.newestInstance();
    await change(workflow.workflowId, { action, filter: { labels: ['RUNNING'] } });
    assert.equal(await world.pair(open), action === 'reset' ? 'K/G' : 'K/D');
    assert.match((await world.errors(open)).join(), /The task was (reset|marked as done): R → K\./);
  }
});

test('the workflow is failed when a task of it is done no longer, and done when all are', async () => {
  const workflow = await world.run(await world.bind({ tasks: 2 }));
  await world.end(await world.attempt(workflow, 'R'), 'D');
  await world.moveRun(workflow.runId, 'D');
  const status = async () => (await world.runPair(workflow.runId)).split('/')[1];
  assert.equal(await status(), 'D');
  await change(workflow.workflowId, { action: 'reset', filter: { taskIds: workflow.taskIds.slice(0, 1) } });
  assert.equal(await status(), 'F');
  await change(workflow.workflowId, { action: 'mark_done' });
  assert.equal(await status(), 'D');
});

test('conditions choose the tasks, also by what went wrong', async () => {
  const workflow = await mixed();
  const { workflowId, taskIds } = workflow;
  const { groups } = await world.services.database.read((unit) => errorGroups(unit, workflowId, 10));
  const [fault] = groups.filter(({ text }) => text.startsWith('no cell'));
  const ids = async (filter: Partial<GivenFilter>, action: ChangeRequest['action'] = 'mark_done') =>
    (await preview(workflowId, { action, filter })).sample.map(({ id }) => id);
  assert.deepEqual(await ids({ errorGroup: fault?.id }), taskIds.slice(1, 3));
  assert.deepEqual(await ids({ errorGroup: fault?.id, text: 'task_3' }), taskIds.slice(2, 3));
  assert.deepEqual(await ids({ labels: ['FATAL', 'DONE'] }), taskIds.slice(1, 3));
  assert.deepEqual(await ids({ arrayIds: [workflow.arrayId + 1000] }), []);
  await assert.rejects(ids({ errorGroup: 'gone' }), { code: 'not_found', message: /no group of errors "gone"/ });
  await assert.rejects(ids({ labels: ['BROKEN'] }), /"BROKEN" does not exist/);
});

test('only who ran a workflow may change it, and only with what goes together', async () => {
  const { workflowId } = await mixed();
  const cases: [Asked, string][] = [
    [{ user: 'wasp' }, 'not_permitted'],
    [{ action: 'retry', recursive: true }, 'invalid_usage'],
    [{ action: 'reset', resources: { memory: 1 } }, 'invalid_usage'],
  ];
  for (const [asked, code] of cases) {
    await assert.rejects(preview(workflowId, asked), { code });
    await assert.rejects(change(workflowId, asked), { code });
  }
  await assert.rejects(preview(999_999, {}), { code: 'not_found' });
  const changes = await world.services.database.read((unit) => listChanges(unit, workflowId, undefined, 10));
  assert.deepEqual(changes, []);
});

test('another number of tasks than was shown changes nothing', async () => {
  const workflow = await mixed();
  const asked = { action: 'mark_done', filter: { labels: ['FATAL'] } } as const;
  await assert.rejects(change(workflow.workflowId, asked, { expected: 3 }), {
    code: 'change_outdated',
    message: '2 tasks would be changed now, not 3 as was shown; nothing was changed.',
  });
  assert.equal(await statusesOf(workflow.taskIds), 'DFFRGG');
  assert.equal((await change(workflow.workflowId, asked, { expected: 2 })).tasks, 2);
});

test('a change is recorded; one that changes nothing is not', async () => {
  const workflow = await mixed();
  const filter = { labels: ['FATAL'], arrayIds: [workflow.arrayId], text: 'ta"sk' };
  assert.equal((await change(workflow.workflowId, { action: 'retry', filter })).changeId, undefined);
  await rest(workflow);
  const resources = { memory: 9, queue: 'null.q' };
  const { changeId } = await change(workflow.workflowId, { action: 'retry', filter: { labels: ['FATAL'] }, resources });
  const changes = await world.services.database.read((unit) => listChanges(unit, workflow.workflowId, undefined, 10));
  assert.deepEqual(
    { ...changes[0] },
    {
      ...{ id: changeId, time: world.now, user: 'bee', origin: 'hive', action: 'retry', recursive: 0 },
      ...{ filter: 'status FATAL', resources: 'memory 9 GiB, queue null.q', tasks: 2, changed: 2, finished: world.now },
    },
  );
  assert.equal(changes.length, 1);
});

test('a request that is repeated is told what the first one did', async () => {
  const workflow = await mixed();
  const asked = { action: 'retry' } as const;
  const confirmation = { key: 'the same key', expected: 2 };
  const [first, beside] = await Promise.all([
    change(workflow.workflowId, asked, confirmation),
    change(workflow.workflowId, asked, confirmation),
  ]);
  const later = await change(workflow.workflowId, asked, confirmation);
  assert.equal(first.tasks, 2);
  assert.deepEqual(JSON.parse(JSON.stringify(first)), later);
  assert.deepEqual(JSON.parse(JSON.stringify(beside)), later);
  const changes = await world.services.database.read((unit) => listChanges(unit, workflow.workflowId, undefined, 10));
  assert.equal(changes.length, 1);
  const other = await mixed();
  await assert.rejects(change(other.workflowId, asked, confirmation), { code: 'invalid_usage' });
});

test('changes at the same time each change what is left to them, and nothing twice', async () => {
  const workflow = await mixed();
  const [one, other] = await Promise.all([
    change(workflow.workflowId, { action: 'mark_done', filter: { labels: ['FATAL'] } }),
    change(workflow.workflowId, { action: 'retry' }),
  ]);
  assert.equal(one.tasks + other.tasks, 2);
  assert.match(await statusesOf(workflow.taskIds), /^D(DD|GG)RGG$/);
});

test('new resources are laid over those that tasks have, scaled if they ran out of them', async () => {
  const scales = "{'memory': 0.5}";
  const workflow = await world.run(await world.bind({ tasks: 3, maxAttempts: 1, scales }));
  const ids = await world.attempt(workflow, 'R');
  await world.end(ids.slice(0, 1), 'Z');
  await world.end(ids.slice(1), 'E');
  await rest(workflow);
  await change(workflow.workflowId, { action: 'retry', resources: { cores: 3 } });
  const asked = () =>
    Promise.all(
      workflow.taskIds.map(async (id) => {
        const { task_resources_id } = await world.task(id);
        const row = await world.services.database.read(({ db }) =>
          db
            .selectFrom('task_resources')
            .select(['requested_resources', 'queue_id'])
            .where('id', '=', task_resources_id)
            .executeTakeFirstOrThrow(),
        );
        return [JSON.parse(row.requested_resources), row.queue_id];
      }),
    );
  const plain = [{ memory: 4, cores: 3 }, 3];
  assert.deepEqual(await asked(), [[{ memory: 6, cores: 3 }, 3], plain, plain]);
  await change(workflow.workflowId, { action: 'retry', resources: { memory: 20, runtime: 60 } });
  const all = [{ memory: 20, cores: 3, runtime: 60 }, 3];
  assert.deepEqual(await asked(), [all, all, all]);
  // Tasks that ask for this already keep their rows.
  const count = () =>
    world.services.database.read(({ db }) =>
      db
        .selectFrom('task_resources')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow(),
    );
  const before = await count();
  assert.equal((await change(workflow.workflowId, { action: 'retry', resources: { memory: 20 } })).tasks, 3);
  assert.deepEqual(await count(), before);
});

test('resources that cannot be had are refused with the name of the queue, before anything is changed', async () => {
  const { clusterId, queueId } = await world.services.database.write(async ({ db }) => {
    const type = await db.insertInto('cluster_type').values({ name: 'grid' }).returning('id').executeTakeFirstOrThrow();
    const cluster = { name: 'comb', cluster_type_id: type.id };
    const { id: clusterId } = await db.insertInto('cluster').values(cluster).returning('id').executeTakeFirstOrThrow();
    const queues = [
      { name: 'short', cluster_id: clusterId, parameters: "{'memory': (1, 8), 'runtime': (1, 100)}" },
      { name: 'long', cluster_id: clusterId, parameters: "{'memory': (1, 64), 'runtime': (1, 1000)}" },
    ];
    const [short] = await db.insertInto('queue').values(queues).returning('id').execute();
    return { clusterId, queueId: short?.id ?? 0 };
  });
  const workflow = await mixed();
  await rest(workflow);
  await world.services.database.write(({ db }) =>
    db.updateTable('task_resources').set({ queue_id: queueId }).where('id', '=', workflow.resourcesId).execute(),
  );
  const retry = (resources: ChangeRequest['resources']) => ({ action: 'retry', resources }) as const;
  const cases: [ChangeRequest['resources'], RegExp][] = [
    [{ memory: 9 }, /^Queue short offers memory from 1 to 8, not 9\.$/],
    [{ runtime: 500, queue: 'short' }, /^Queue short offers runtime from 1 to 100, not 500\.$/],
    [{ queue: 'eternal' }, /^Queue "eternal": it does not exist on cluster comb\.$/],
  ];
  for (const [resources, message] of cases) {
    await assert.rejects(preview(workflow.workflowId, retry(resources)), { message });
    await assert.rejects(change(workflow.workflowId, retry(resources)), { message });
  }
  assert.equal(await statusesOf(workflow.taskIds), 'DFFRGG');
  await change(workflow.workflowId, retry({ runtime: 500, queue: 'long' }));
  const queues = await world.services.database.read(({ db }) =>
    db
      .selectFrom('task')
      .innerJoin('task_resources', 'task_resources.id', 'task.task_resources_id')
      .innerJoin('queue', 'queue.id', 'task_resources.queue_id')
      .select(['queue.name', 'queue.cluster_id'])
      .where('task.workflow_id', '=', workflow.workflowId)
      .where('task.status', '!=', 'D')
      .distinct()
      .execute(),
  );
  assert.deepEqual(
    queues.map(({ name, cluster_id }) => [name, cluster_id]),
    [['long', clusterId]],
  );
});

test('nothing but legal moves, whatever is asked of whatever state', async () => {
  const letters: TaskStatus[] = ['G', 'Q', 'I', 'O', 'R', 'D', 'A', 'F'];
  for (const action of ['reset', 'mark_done', 'retry'] as const) {
    for (const isLive of [true, false]) {
      const workflow = await world.run(await world.bind({ tasks: letters.length }));
      await world.services.database.write(async ({ db }) => {
        for (const [index, status] of letters.entries()) {
          const id = workflow.taskIds[index] ?? 0;
          await db.updateTable('task').set({ status, num_attempts: 1 }).where('id', '=', id).execute();
        }
      });
      if (!isLive) {
        await rest(workflow);
        await setStatus(workflow.workflowId, 'H');
      }
      const filter = action === 'reset' && isLive ? { labels: ['PENDING', 'SCHEDULED', 'RUNNING', 'FATAL'] } : {};
      await change(workflow.workflowId, { action, filter });
      const after = await statusesOf(workflow.taskIds);
      const expected = {
        reset: isLive ? 'GQIORDGG' : 'GGGGGGGG',
        mark_done: isLive ? 'DQIORDDD' : 'DDDDDDDD',
        retry: isLive ? 'GQIORDAG' : 'GGGGGDAG',
      }[action];
      assert.equal(after, expected, `${action}, ${isLive ? 'live' : 'at rest'}`);
    }
  }
});
