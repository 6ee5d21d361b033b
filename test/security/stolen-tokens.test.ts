/** What a token is good for in the hands of somebody else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bindPipeline } from '../server/pipeline.ts';
import { Served } from '../server/served.ts';

test('a stolen token of a reader changes nothing; that of another user changes no task of this one', async (context) => {
  const served = await Served.open(context);
  const { workflowId, tasks, arrays } = await bindPipeline(served);
  await served.ask('POST', '/workflow_run', {
    ...{ workflow_id: workflowId, user: 'anna', jobmon_version: '3.6.0', next_report_increment: 90 },
  });
  const tokenOf = async (user: string, role: string) => {
    const headers = { authorization: 'Bearer secret', 'content-type': 'application/json' };
    const payload = JSON.stringify({ user, role });
    return (await served.inject({ method: 'POST', url: '/api/skep/token', headers, payload })).body.token as string;
  };
  const commands = async () =>
    served.database.read(({ db }) => db.selectFrom('task').select(['id', 'command', 'status']).orderBy('id').execute());
  const before = await commands();
  const nodes = await served.database.read(({ db }) => db.selectFrom('task').select('node_id').orderBy('id').execute());
  const hostile = [nodes[0]?.node_id, '1', arrays[0], 1, 'prepare_1', 'rm -rf /', 3, true, {}, []];
  const changes = [
    ['PUT', '/api/v3/task/update_statuses', { task_ids: [tasks[0]], new_status: 'D', workflow_id: workflowId }],
    ['POST', `/api/v3/workflow/${workflowId}/set_resume`, { reset_running_jobs: true, description: 'x' }],
    ['PUT', '/api/v3/task/bind_tasks_no_args', { workflow_id: workflowId, tasks: { 0: hostile }, mark_created: true }],
    ['PUT', '/api/v3/task/bind_tasks_no_args', { workflow_id: 999, tasks: { 0: hostile }, mark_created: true }],
    ['POST', '/api/skep/token', { user: 'anna', role: 'admin' }],
  ] as const;
  for (const [user, role] of [
    ['eve', 'reader'],
    ['bob', 'user'],
  ] as const) {
    const token = await tokenOf(user, role);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    assert.equal((await served.inject({ method: 'GET', url: '/api/v3/time', headers })).status, 200);
    for (const [method, url, body] of changes) {
      const { status } = await served.inject({ method, url, headers, payload: JSON.stringify(body) });
      assert.ok([401, 403, 404].includes(status), `${role}: ${method} ${url} was answered with ${status}`);
    }
    const refused = await served.inject({
      method: 'PUT',
      url: changes[0][1],
      headers,
      payload: JSON.stringify(changes[0][2]),
    });
    assert.equal(refused.status, 403, JSON.stringify(refused.body));
  }
  assert.deepEqual(await commands(), before);
});
