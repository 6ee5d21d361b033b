import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Requester } from '../../../src/api/requester.ts';
import { getSubTaskTree, getTaskDependencies, getTasksRecursive } from '../../../src/client/queries/task-graph.ts';
import { FakeFailure, fakeTransport } from '../../support/fake-transport.ts';

test('neighbours come alone, whether in lists of their own or not', async () => {
  const first = { id: 1, status: 'D', name: 'a' };
  const second = { id: 4, status: 'G', name: 'd' };
  const transport = fakeTransport(() => ({ up: [[first]], down: [second] }));
  const answer = await getTaskDependencies(new Requester({ transport }), 3);
  assert.deepEqual(answer, { up: [first], down: [second] });
  assert.deepEqual(transport.lines, ['GET /v3/task_dependencies/3']);
});

test('a server without the route is too old', async () => {
  const transport = fakeTransport(() => {
    throw new FakeFailure(404);
  });
  await assert.rejects(getTaskDependencies(new Requester({ transport }), 3), { code: 'not_found', message: /too old/ });
});

test('tasks below others, by ascending id', async () => {
  const transport = fakeTransport(() => ({ workflow_id: 2, sub_task: { 10: ['G', 'c'], 9: ['D', 'b'] } }));
  assert.deepEqual(await getSubTaskTree(new Requester({ transport }), [9], ['D', 'G']), {
    workflowId: 2,
    tasks: [
      { id: 9, status: 'D', name: 'b' },
      { id: 10, status: 'G', name: 'c' },
    ],
  });
  assert.deepEqual(transport.requests[0]?.body, { task_ids: [9], task_status: ['D', 'G'] });
});

test('tasks that do not exist have nothing below them', async () => {
  const requester = new Requester({ transport: fakeTransport(() => ({ workflow_id: null, sub_task: null })) });
  await assert.rejects(getSubTaskTree(requester, [9, 10]), { code: 'not_found', message: /9, 10/ });
});

test('everything upstream or downstream', async () => {
  const transport = fakeTransport(() => ({ task_ids: [1, 2] }));
  assert.deepEqual(await getTasksRecursive(new Requester({ transport }), [2], 'up'), [1, 2]);
  assert.deepEqual(transport.lines, ['PUT /v3/tasks_recursive/up']);
});
