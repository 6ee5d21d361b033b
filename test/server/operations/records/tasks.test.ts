import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runRecords } from '../../../../src/server/operations/records/runs.ts';
import { type RecordsPage, taskRecords } from '../../../../src/server/operations/records/tasks.ts';
import { type RunningWorkflow, World } from '../../world.ts';

let world: World;
let workflow: RunningWorkflow;
before(async () => {
  world = await World.open();
  workflow = await world.run(await world.bind({ tasks: 5, maxAttempts: 3 }));
  await world.services.database.write(async ({ db }) => {
    const edge = (node_id: number, up: string | null, down: string | null) => ({
      ...{ dag_id: 1, node_id, upstream_node_ids: up, downstream_node_ids: down },
    });
    await db
      .insertInto('edge')
      .values([edge(1, null, '[2, 3]'), edge(2, '[1]', '[3]'), edge(3, '[1, 2]', null)])
      .execute();
  });
  const [first = 0, second = 0] = workflow.taskIds;
  await world.end(await world.attempt(workflow, 'R', [first]), 'E', `exit code 3\n${'x'.repeat(5000)}`);
  await world.end(await world.attempt(workflow, 'R', [first]), 'D');
  await world.attempt(workflow, 'R', [second]);
});
after(() => world.close());

const ALL = { after: undefined, limit: 100, commands: true, graph: true, attempts: true };
const records = (page: Partial<RecordsPage> = {}, id = workflow.workflowId) =>
  world.services.database.read((unit) => taskRecords(unit, id, { ...ALL, ...page }));

test('a task comes with its command, its edges and its attempts, the oldest first', async () => {
  const [first, second, third] = await records();
  const [one, two, three] = workflow.taskIds;
  const idsOf = (neighbours: readonly { taskId: number; arrayId: number | null }[] = []) =>
    neighbours.map(({ taskId, arrayId }) => [taskId, arrayId === workflow.arrayId]);
  assert.equal(first?.command, 'echo 1');
  assert.deepEqual(idsOf(first?.downstream), [
    [two, true],
    [three, true],
  ]);
  assert.deepEqual(idsOf(third?.upstream), [
    [one, true],
    [two, true],
  ]);
  assert.deepEqual(idsOf(first?.upstream), []);
  assert.deepEqual(
    first?.attempts.map(({ status }) => status),
    ['E', 'D'],
  );
  assert.equal(first?.attempts[0]?.error?.length, 500);
  assert.match(first?.attempts[0]?.error ?? '', /^exit code 3\n/);
  assert.deepEqual(first?.attempts[0]?.asked, { memory: 4 * 2 ** 30, runTime: null, cores: 15 });
  assert.deepEqual(
    second?.attempts.map(({ status, nodename }) => [status, nodename]),
    [['R', 'node1']],
  );
});

test('pages hold every task once, and only what is asked for', async () => {
  const found: number[] = [];
  for (let last: number | undefined; ; ) {
    const page = await records({ after: last, limit: 2, commands: false, graph: false, attempts: false });
    if (page.length === 0) break;
    for (const { command, upstream, downstream, attempts } of page) {
      assert.deepEqual([command, upstream, downstream, attempts], ['', [], [], []]);
    }
    found.push(...page.map(({ id }) => id));
    last = page.at(-1)?.id;
  }
  assert.deepEqual(found, workflow.taskIds);
});

test('a workflow comes with its templates and its runs', async () => {
  const { tasks, templates, runs } = await world.services.database.read((unit) =>
    runRecords(unit, workflow.workflowId),
  );
  assert.equal(tasks, 5);
  assert.deepEqual(
    templates.map(({ arrayName }) => arrayName),
    ['step'],
  );
  assert.deepEqual(
    runs.map(({ id, status, user }) => [id, status, user]),
    [[workflow.runId, 'R', 'bee']],
  );
});

test('an unknown workflow is told as such', async () => {
  await assert.rejects(records({}, 4711), { code: 'not_found' });
  await assert.rejects(
    world.services.database.read((unit) => runRecords(unit, 4711)),
    { code: 'not_found' },
  );
});
