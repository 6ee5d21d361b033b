import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { forgetOld } from '../../../src/server/access/audit.ts';
import { populate } from '../../wire/fuzz/populated.ts';
import { Served } from '../served.ts';
import { makeToken } from './people.ts';

/** A server with three workflows of bee's, and requests by users of it. */
async function hive(context: TestContext) {
  const served = await Served.open(context);
  await populate(served);
  const ask = async (token: string, method: 'GET' | 'POST' | 'PUT', url: string, body: object = {}) => {
    const { status, body: answer } = await served.inject({
      ...{ method, url, headers: { authorization: `Bearer ${token}` } },
      ...(method !== 'GET' && { payload: JSON.stringify(body) }),
    });
    return { status, body: answer };
  };
  const audit = async () => (await ask('secret', 'GET', '/api/skep/audit')).body.actions;
  const tokenOf = (user: string, more = {}) => makeToken(served, { user, ...more });
  return { served, ask, audit, tokenOf };
}

const WORKFLOW = {
  ...{ tool_version_id: 1, dag_id: 1, workflow_args_hash: '77', task_hash: '77', description: null, name: 'own' },
  ...{ workflow_args: '77', max_concurrently_running: 10, workflow_attributes: {} },
};
const RUN = { user: 'somebody', jobmon_version: '3.6.0', next_report_increment: 90 };

test('a workflow is of who bound it, and nobody else takes it over', async (context) => {
  const { served, ask, tokenOf } = await hive(context);
  const [otto, bee, ada] = [await tokenOf('otto'), await tokenOf('bee'), await tokenOf('ada', { role: 'admin' })];
  const made = await ask(otto, 'POST', '/api/v3/workflow', WORKFLOW);
  assert.equal(made.status, 200);
  const id = made.body.workflow_id;
  const refused = await ask(bee, 'POST', '/api/v3/workflow', WORKFLOW);
  assert.deepEqual(refused, {
    status: 403,
    body: { detail: `Workflow ${id} belongs to otto: bee may not change it.` },
  });
  assert.equal((await ask(otto, 'POST', '/api/v3/workflow', WORKFLOW)).status, 200);
  assert.equal((await ask(ada, 'POST', '/api/v3/workflow', WORKFLOW)).status, 200);
  const tasks = { workflow_id: id, tasks: {}, mark_created: true };
  assert.equal((await ask(otto, 'PUT', '/api/v3/task/bind_tasks_no_args', tasks)).status, 200);
  assert.equal((await ask(otto, 'POST', '/api/v3/workflow_run', { ...RUN, workflow_id: id })).body.status, 'L');
  for (const [token, validation] of [
    [otto, true],
    [bee, false],
    [ada, true],
  ] as const) {
    const known = await ask(token, 'GET', `/api/v3/workflow/${id}/validate_username/account-of-otto`);
    assert.deepEqual(known.body, { validation }, 'who is known by a token is known by its name, and an admin may');
  }
  const never = await ask(ada, 'GET', '/api/v3/workflow/4711/validate_username/ada');
  assert.deepEqual(never.body, { validation: false }, 'of a workflow without runs nobody is the runner');
  const mayReset = async (token: string) =>
    (await ask(token, 'GET', `/api/v3/workflow/${id}/validate_for_workflow_reset/otto`)).body.workflow_run_id !== null;
  assert.equal(await mayReset(ada), false, "a run that goes on is nobody's to reset");
  await served.database.write(({ db }) =>
    db.updateTable('workflow_run').set({ status: 'E' }).where('workflow_id', '=', id).execute(),
  );
  assert.deepEqual(await Promise.all([otto, bee, ada].map(mayReset)), [true, false, true]);
  const { owner, user } = await served.database.read(({ db }) =>
    db
      .selectFrom('workflow')
      .innerJoin('workflow_run as run', 'run.workflow_id', 'workflow.id')
      .select(['owner', 'run.user'])
      .where('workflow.id', '=', id)
      .executeTakeFirstOrThrow(),
  );
  assert.deepEqual([owner, user], ['otto', 'otto'], 'the name of the token, not that of the request');
});

test('bound by the server itself, it is of nobody before its first run, and then of the user of that', async (context) => {
  const { ask, tokenOf } = await hive(context);
  const otto = await tokenOf('otto');
  const { workflow_id: id } = (await ask('secret', 'POST', '/api/v3/workflow', WORKFLOW)).body;
  const pause = () => ask(otto, 'POST', `/api/skep/workflow/${id}/pause`);
  const early = [await ask(otto, 'POST', '/api/v3/workflow', WORKFLOW), await pause()];
  for (const { status, body } of early)
    assert.match(`${status} ${body.detail}`, /^403 .*has no owner before its first/);
  await ask('secret', 'PUT', '/api/v3/task/bind_tasks_no_args', { workflow_id: id, tasks: {}, mark_created: true });
  await ask('secret', 'POST', '/api/v3/workflow_run', { ...RUN, workflow_id: id, user: 'otto' });
  assert.equal((await pause()).status, 200);
});

test('of a list every id counts, wherever it stands, and one that names nothing too', async (context) => {
  const { ask, tokenOf } = await hive(context);
  const [otto, bee] = [await tokenOf('otto'), await tokenOf('bee')];
  const { workflow_id: id } = (await ask(otto, 'POST', '/api/v3/workflow', WORKFLOW)).body;
  const array = { workflow_id: id, task_template_version_id: 1, max_concurrently_running: 5, name: 'gather' };
  const { array_id } = (await ask(otto, 'POST', '/api/v3/array', array)).body;
  const task = (inArray: number) => [1, '5', inArray, 1, 'own', 'true', 2, false, {}, []];
  const bind = (inArray: number) =>
    ask(otto, 'PUT', '/api/v3/task/bind_tasks_no_args', {
      workflow_id: id,
      tasks: { 0: task(inArray) },
      mark_created: true,
    });
  assert.equal((await bind(1)).status, 403, 'an array of bee');
  const own = (await bind(array_id)).body.tasks[0][0];
  const args = (...ids: (number | string)[]) =>
    ask(otto, 'PUT', '/api/v3/task/bind_task_args', { task_args: ids.map((one) => [one, 1, 'x']) });
  assert.equal((await args(own)).status, 200);
  assert.equal((await args(own, 1)).status, 403);
  assert.equal((await args(own, ' 1 ')).status, 403, 'as text');
  assert.deepEqual(await args(own, 999_999), { status: 404, body: { detail: 'Task 999999 does not exist.' } });
  const attributes = (...ids: (number | string)[]) =>
    ask(otto, 'PUT', '/api/v3/task/bind_task_attributes', {
      task_attributes: Object.fromEntries(ids.map((one) => [one, { seen: 'x' }])),
    });
  assert.equal((await attributes(own)).status, 200);
  assert.equal((await attributes(own, ' 01 ')).status, 403, 'a key with another spelling');
  const ids = (map: object) => ask(otto, 'POST', `/api/v3/array/${array_id}/log_distributor_id`, map);
  assert.equal((await ids({ context: 'none' })).status, 200);
  assert.equal((await ids({ '0001': 'job' })).status, 403);
  assert.equal((await ids({ '99999999999999999999': 'job' })).status, 404);
  const beat = { next_report_increment: 9, task_instance_ids: [1, 2, 3] };
  assert.equal((await ask(bee, 'POST', '/api/v3/task_instance/log_report_by/batch', beat)).status, 200);
  assert.equal((await ask(otto, 'POST', '/api/v3/task_instance/log_report_by/batch', beat)).status, 403);
});

test('a complete dag takes no edges of users, who are answered as if it did', async (context) => {
  const { served, ask, tokenOf } = await hive(context);
  const edges = { edges_to_add: [{ node_id: 999, upstream_node_ids: [1] }], mark_created: true };
  const count = () => served.database.read(({ db }) => db.selectFrom('edge').selectAll().execute());
  const before = await count();
  assert.deepEqual(await ask(await tokenOf('otto'), 'POST', '/api/v3/dag/1/edges', edges), { status: 200, body: {} });
  assert.deepEqual(await count(), before);
});

test('what people do is on record before it is done, and how it went; alike refusals once a minute', async (context) => {
  const { served, ask, audit, tokenOf } = await hive(context);
  const [otto, bee] = [await tokenOf('otto'), await tokenOf('bee')];
  const before = (await audit()).length;
  await ask(bee, 'POST', '/api/skep/workflow/1/pause');
  await ask(bee, 'POST', '/api/skep/workflow/999/pause');
  for (let time = 0; time < 3; time++) await ask(otto, 'POST', '/api/skep/workflow/1/pause');
  for (let time = 0; time < 3; time++) await ask(otto, 'POST', '/api/v3/task_instance/1/log_done', {});
  await ask(bee, 'POST', '/api/v3/task_instance/1/log_done', {});
  const rows = (await audit()).slice(0, -before).reverse();
  assert.deepEqual(
    rows.map((row: Record<string, unknown>) => [row.user, row.token_name, row.action, row.subject, row.outcome]),
    [
      ['bee', 'bee', 'pauseWorkflow', 'workflow 1', 200],
      ['otto', 'otto', 'pauseWorkflow', 'workflow 1', 403],
      ['otto', 'otto', 'logDone', 'task_instance 1', 403],
    ],
  );
  assert.ok(rows.every(({ address, time }: { address: string; time: number }) => address === '127.0.0.1' && time > 0));
  const later = (unit: { now: number }, days: number) => ({ ...unit, now: unit.now + days * 86_400_000 });
  await served.database.write((unit) => forgetOld(later(unit, 364) as never, 365));
  assert.notEqual((await audit()).length, 0);
  await served.database.write((unit) => forgetOld(later(unit, 366) as never, 365));
  assert.deepEqual(await audit(), []);
});

test('without the record nothing is done', async (context) => {
  const { served, ask } = await hive(context);
  await served.database.write(({ db }) => db.schema.alterTable('skep_audit').renameTo('gone').execute());
  assert.equal((await ask('secret', 'POST', '/api/skep/workflow/1/pause')).status, 500);
  const limit = await ask('secret', 'GET', '/api/v3/workflow/1/get_max_concurrently_running');
  assert.notEqual(limit.body.max_concurrently_running, 0);
});
