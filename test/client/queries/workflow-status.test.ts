import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Requester } from '../../../src/api/requester.ts';
import { workflowStatus, workflowTasks } from '../../../src/client/queries/workflow-status.ts';
import { fakeTransport } from '../../support/fake-transport.ts';

/** A server that answers every question with one table. */
function serverWith(field: string, columns: object) {
  const transport = fakeTransport(() => ({ [field]: JSON.stringify(columns) }));
  return { transport, requester: new Requester({ transport }) };
}

const WORKFLOW = {
  WF_ID: { 0: 7 },
  WF_NAME: { 0: 'bees' },
  WF_STATUS: { 0: 'DONE' },
  CREATED_DATE: { 0: 1764000000000 },
  TASKS: { 0: 2 },
  PENDING: { 0: '0 (0.0%)' },
  SCHEDULED: { 0: '0 (0.0%)' },
  RUNNING: { 0: '0 (0.0%)' },
  DONE: { 0: '2 (100.0%)' },
  FATAL: { 0: '0 (0.0%)' },
  RETRIES: { 0: 1 },
};

test('workflows are rows; all that are asked for are wanted', async () => {
  const { transport, requester } = serverWith('workflows', WORKFLOW);
  const [row] = await workflowStatus(requester, { workflowIds: [1, 2, 3, 4, 5, 6, 7] });
  assert.equal(row?.WF_NAME, 'bees');
  assert.equal(row?.DONE, '2 (100.0%)');
  assert.equal(row?.RETRIES, 1);
  const [request] = transport.requests;
  assert.equal(request?.path, '/v3/workflow_status');
  assert.equal(request?.query.limit, '7');
  assert.equal(request?.query.user, undefined);
});

test('without ids those of the users are asked for', async () => {
  const { transport, requester } = serverWith('workflows', {});
  assert.deepEqual(await workflowStatus(requester, { users: ['ann'], limit: 2 }), []);
  await workflowStatus(requester);
  const [named, own] = transport.requests.map(({ query }) => query);
  assert.deepEqual([named?.user, named?.limit], ['ann', '2']);
  assert.ok(own?.user);
  assert.equal(own?.limit, '5');
});

test('where a server cannot count by label, nothing is claimed', async () => {
  const zero = { 0: '0 (0.0%)' };
  const { requester } = serverWith('workflows', { ...WORKFLOW, DONE: zero, SCHEDULED: undefined });
  const [row] = await workflowStatus(requester, { workflowIds: [7] });
  assert.deepEqual([row?.PENDING, row?.SCHEDULED, row?.DONE, row?.TASKS], [null, null, null, 2]);
  const empty = serverWith('workflows', { ...WORKFLOW, DONE: zero, TASKS: { 0: 0 } });
  assert.equal((await workflowStatus(empty.requester, { workflowIds: [7] }))[0]?.DONE, '0 (0.0%)');
});

test('tasks are rows; letters of statuses become labels', async () => {
  const { transport, requester } = serverWith('workflow_tasks', {
    TASK_ID: { 0: 9, 1: 8 },
    TASK_NAME: { 0: 'b', 1: 'a' },
    STATUS: { 0: 'FATAL', 1: 'O' },
    RETRIES: { 0: 2, 1: 0 },
  });
  const rows = await workflowTasks(requester, 3, { statuses: ['fatal', 'Scheduled'], limit: 0 });
  assert.deepEqual(rows, [
    { TASK_ID: 9, TASK_NAME: 'b', STATUS: 'FATAL', RETRIES: 2 },
    { TASK_ID: 8, TASK_NAME: 'a', STATUS: 'SCHEDULED', RETRIES: 0 },
  ]);
  const [request] = transport.requests;
  assert.equal(request?.path, '/v3/workflow/3/workflow_tasks');
  assert.equal(request?.query.limit, '0');
  assert.equal(request?.query.status, 'SCHEDULED', 'the last of the repeated ones; in upper case');
});
