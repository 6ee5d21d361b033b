import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { errorGroups } from '../../../../src/server/operations/looking/error-groups.ts';
import { taskDetail } from '../../../../src/server/operations/looking/task-detail.ts';
import { countFitting, searchTasks, type TaskFilter } from '../../../../src/server/operations/looking/task-search.ts';
import { type RunningWorkflow, World } from '../../world.ts';

let world: World;
let workflow: RunningWorkflow;
before(async () => {
  world = await World.open();
  workflow = await world.run(await world.bind({ tasks: 12, maxAttempts: 1 }));
  const [first = 0, second = 0, third = 0] = workflow.taskIds;
  await world.end(await world.attempt(workflow, 'R', [third]), 'D');
  await world.end(await world.attempt(workflow, 'R', [first]), 'E', 'no cell 17 in block 0xdead01');
  await world.end(await world.attempt(workflow, 'R', [second]), 'E', 'no cell 4 in block 0xdead02');
  await world.attempt(workflow, 'R', workflow.taskIds.slice(3, 4));
});
after(() => world.close());

const everything = (filter: Partial<TaskFilter> = {}): TaskFilter => ({
  workflowId: workflow.workflowId,
  labels: [],
  arrayIds: [],
  taskIds: [],
  text: undefined,
  ...filter,
});

type Page = Parameters<typeof searchTasks>[2];
const BY_ID = { order: 'id', descending: false, after: undefined } as const;

async function pages(filter: TaskFilter, page: Omit<Page, 'after'>): Promise<number[][]> {
  const found: number[][] = [];
  for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
    const { tasks, next } = await world.services.database.read((unit) => searchTasks(unit, filter, { ...page, after }));
    found.push(tasks.map(({ id }) => id));
    after = next;
  }
  return found;
}

test('pages hold every task once, in each order', async () => {
  const ids = [...workflow.taskIds];
  const byId = await pages(everything(), { order: 'id', descending: false, limit: 5 });
  assert.deepEqual(byId, [ids.slice(0, 5), ids.slice(5, 10), ids.slice(10)]);
  for (const order of ['id', 'status_changed', 'attempts'] as const) {
    for (const descending of [false, true]) {
      const all = (await pages(everything(), { order, descending, limit: 4 })).flat();
      assert.deepEqual(
        [...all].sort((a, b) => a - b),
        ids,
        `${order} ${descending}`,
      );
    }
  }
  const [newest] = await pages(everything(), { order: 'status_changed', descending: true, limit: 4 });
  assert.deepEqual(newest, [ids[3], ids[1], ids[0], ids[2]]);
});

test('conditions all hold, and are counted', async () => {
  const [first = 0, second = 0, third = 0] = workflow.taskIds;
  const cases: [Partial<TaskFilter>, number[]][] = [
    [{ labels: ['FATAL'] }, [first, second]],
    [{ labels: ['FATAL', 'DONE'], taskIds: [second, third] }, [second, third]],
    [{ text: 'TASK_1' }, [first, ...workflow.taskIds.slice(9)]],
    [{ text: 'task%' }, []],
    [{ text: String(third) }, [third]],
    [{ arrayIds: [workflow.arrayId + 1] }, []],
  ];
  for (const [filter, expected] of cases) {
    const found = (await pages(everything(filter), { order: 'id', descending: false, limit: 100 })).flat();
    const containing = found.filter((id) => expected.includes(id));
    assert.deepEqual(containing, expected, JSON.stringify(filter));
    if (filter.text !== String(third)) assert.deepEqual(found, expected, JSON.stringify(filter));
    const counted = await world.services.database.read(async (unit) => {
      const first = await searchTasks(unit, everything(filter), { ...BY_ID, limit: 1 });
      return countFitting(unit, everything(filter), first);
    });
    assert.equal(counted, found.length);
  }
});

test('a status that does not exist, and a place that is none, are refused by name', async () => {
  const page = { ...BY_ID, limit: 1 };
  const search = (filter: TaskFilter, other: Partial<Page> = {}) =>
    world.services.database.read((unit) => searchTasks(unit, filter, { ...page, ...other }));
  await assert.rejects(search(everything({ labels: ['BROKEN'] })), /"BROKEN" does not exist/);
  await assert.rejects(search(everything(), { after: '1; drop' }), /not "1; drop"/);
});

test('a task tells of its attempts and why it stands as it does', async () => {
  const [first = 0, , , running = 0, waiting = 0] = workflow.taskIds;
  const detail = (id: number) => world.services.database.read((unit) => taskDetail(unit, id));
  const failed = await detail(first);
  assert.equal(failed.explanation.kind, 'failed');
  assert.deepEqual(
    failed.attempts.map(({ status, errors }) => [status, errors.map(({ description }) => description)]),
    [['E', ['no cell 17 in block 0xdead01']]],
  );
  assert.equal((await detail(running)).explanation.kind, 'running');
  assert.equal((await detail(waiting)).explanation.kind, 'about_to_be_queued');
  await assert.rejects(detail(999_999), /Task 999999 does not exist/);
});

test('errors that differ in numbers are one group, with the newest of them', async () => {
  const [, second = 0] = workflow.taskIds;
  const { groups, errors, grouped } = await world.services.database.read((unit) =>
    errorGroups(unit, workflow.workflowId, 10),
  );
  assert.deepEqual([errors, grouped, groups.length], [2, 2, 1]);
  const [group] = groups;
  assert.deepEqual(
    [group?.text, group?.errors, group?.tasks, group?.fatal, group?.templates, group?.taskId],
    ['no cell 4 in block 0xdead02', 2, 2, 2, ['step'], second],
  );
});
