import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Requester } from '../../../src/api/requester.ts';
import { updateTaskStatus } from '../../../src/client/control/task-status.ts';
import { fakeTransport } from '../../support/fake-transport.ts';

/** A server on which everybody but `nobody` may change things, and task 1 leads to 2, and so on. */
function server({ last = 4 } = {}) {
  const below = (first: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const transport = fakeTransport(({ path, body }) => {
    if (path.includes('validate_username')) return { validation: !path.endsWith('/nobody') };
    if (path === '/v3/task/subdag') {
      return { workflow_id: 1, sub_task: Object.fromEntries(below(body.task_ids[0]).map((id) => [id, ['D', 't']])) };
    }
    if (path.startsWith('/v3/tasks_recursive/')) return { task_ids: path.endsWith('/up') ? [1, 2] : below(2) };
    return { message: `updated to status ${body.new_status}` };
  });
  return { transport, requester: new Requester({ transport }) };
}

test('done concerns the tasks alone; to run again, all below them, each once and as a number', async () => {
  const { transport, requester } = server();
  const options = { workflowId: 1, taskIds: [2, 2], user: 'ann' };
  assert.equal(await updateTaskStatus(requester, { ...options, newStatus: 'done' }), 'updated to status D');
  assert.deepEqual(transport.requests.at(-1)?.body, { task_ids: [2], new_status: 'D', workflow_id: 1 });
  assert.equal(await updateTaskStatus(requester, { ...options, newStatus: 'Registered' }), 'updated to status G');
  assert.deepEqual(transport.requests.at(-1)?.body, { task_ids: [2, 3, 4], new_status: 'G', workflow_id: 1 });
  assert.deepEqual(transport.lines, [
    ...['GET /v3/workflow/1/validate_username/ann', 'PUT /v3/task/update_statuses'],
    ...['GET /v3/workflow/1/validate_username/ann', 'POST /v3/task/subdag', 'PUT /v3/task/update_statuses'],
  ]);
});

test('force and recursive together take in what is upstream or downstream; one of them changes nothing', async () => {
  const { transport, requester } = server();
  const options = { workflowId: 1, taskIds: [2], user: 'ann', newStatus: 'D' };
  const idsAfter = async (more: object) => {
    await updateTaskStatus(requester, { ...options, ...more });
    return transport.requests.at(-1)?.body.task_ids;
  };
  assert.deepEqual(await idsAfter({ force: true, recursive: true }), [1, 2]);
  assert.deepEqual(await idsAfter({ force: true, recursive: true, newStatus: 'G' }), [2, 3, 4]);
  assert.deepEqual(await idsAfter({ force: true }), [2]);
  assert.deepEqual(await idsAfter({ recursive: true }), [2]);
});

test('what may not be is refused before anything changes', async () => {
  const { transport, requester } = server({ last: 10_001 });
  const options = { workflowId: 1, taskIds: [1], user: 'ann', newStatus: 'G' };
  await assert.rejects(updateTaskStatus(requester, options), { code: 'invalid_usage', message: /10001 tasks/ });
  await assert.rejects(updateTaskStatus(requester, { ...options, newStatus: 'R' }), { code: 'invalid_usage' });
  await assert.rejects(updateTaskStatus(requester, { ...options, user: 'nobody' }), { message: /nobody/ });
  assert.ok(!transport.lines.includes('PUT /v3/task/update_statuses'));
});
