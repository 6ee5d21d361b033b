/** A worker says where the output of its attempt is: the server must not become a way to files of its own account. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addInstance, bindPipeline } from '../server/pipeline.ts';
import { Served, temporaryDirectory } from '../server/served.ts';

test('a user who names the token file as the output of a task sees nothing of it', async (context) => {
  const served = await Served.open(context);
  const path = join(temporaryDirectory(context), 'token');
  writeFileSync(path, 'the token of the server\n', { mode: 0o600 });
  const { workflowId, tasks } = await bindPipeline(served);
  const run = { workflow_id: workflowId, user: 'eve', jobmon_version: '3.6.0', next_report_increment: 90 };
  await served.ask('POST', '/workflow_run', run);
  const admin = { authorization: 'Bearer secret', 'content-type': 'application/json' };
  const made = { method: 'POST', url: '/api/skep/token', headers: admin, payload: '{"user":"eve"}' } as const;
  const { token } = (await served.inject(made)).body;
  const eve = { authorization: `Bearer ${token}` };
  for (const stdout of [path, `${path}/../token`, path.replace('/tmp/', '/tmp/../tmp/'), '/proc/self/environ']) {
    const id = await addInstance(served, { task: tasks[0], status: 'D' }, { stdout });
    const url = `/api/skep/task_instance/${id}/log?stream=stdout`;
    const { status, body } = await served.inject({ method: 'GET', url, headers: eve });
    assert.deepEqual([status, body.text, body.source], [200, '', 'none'], stdout);
  }
  const id = await addInstance(served, { task: tasks[0], status: 'D' }, { stdout: path });
  const url = `/api/skep/task_instance/${id}/log?stream=stdout`;
  const { body } = await served.inject({ method: 'GET', url, headers: admin });
  assert.equal(body.text, 'the token of the server\n', 'the account of the server may, as it could without the server');
});
