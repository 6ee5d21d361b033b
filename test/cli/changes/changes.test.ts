import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeFailure, type FakeRequest } from '../../support/fake-transport.ts';
import { frame, skep } from '../skep.ts';

/** A server with workflow 1, of which the last run failed and is bee's. */
function hive({ method, path, body, query }: FakeRequest): unknown {
  switch (`${method} ${path}`) {
    case 'GET /v3/workflow_status':
      return { workflows: query.workflow_id === '1' ? frame([{ WF_ID: 1, TASKS: 1200, DONE: '200 (16.7%)' }]) : '{}' };
    case 'GET /v3/workflow/1/validate_for_workflow_reset/bee':
      return { workflow_run_id: 7 };
    case 'GET /v3/workflow/1/validate_for_workflow_reset/wasp':
      return { workflow_run_id: null };
    case 'PUT /v3/workflow/1/reset':
    case 'PUT /v3/workflow/1/update_max_concurrently_running':
      return { message: 'of the server' };
    case 'GET /v3/workflow/1/get_max_concurrently_running':
      return { max_concurrently_running: 1500 };
    case 'GET /v3/workflow/1/validate_username/bee':
      return { validation: true };
    case 'GET /v3/workflow/1/validate_username/wasp':
      return { validation: false };
    case 'POST /v3/task/subdag':
      return { workflow_id: 1, sub_task: { 3: ['F', 'c'], 4: ['G', 'd'] } };
    case 'PUT /v3/tasks_recursive/up':
      return { task_ids: [...body.task_ids, 1, 2] };
    case 'PUT /v3/task/update_statuses':
      if (body.task_ids.includes(666)) throw new FakeFailure(400);
      return { message: `updated to status ${body.new_status}` };
    default:
      throw new FakeFailure(404);
  }
}

const wasp = { LOGNAME: 'wasp' };

test('workflow reset says how many tasks will run', async () => {
  const whole = await skep(['workflow', 'reset', '-w', '1'], { answer: hive });
  assert.deepEqual(whole.requests.find(({ method }) => method === 'PUT')?.body, { partial_reset: false });
  assert.equal(whole.output, 'Workflow 1 is reset: 1,200 tasks will run when it is resumed.\n');
  assert.equal(whole.code, 0);
  const part = await skep(['workflow', 'reset', '-w', '1', '--partial', '--json'], { answer: hive });
  assert.deepEqual(part.requests.find(({ method }) => method === 'PUT')?.body, { partial_reset: true });
  assert.deepEqual(JSON.parse(part.output), {
    ...{ workflow_id: 1, reset: true, partial: true, tasks: 1200, tasks_to_run: 1000 },
  });
});

test('workflow reset is refused to others and for unknown workflows, with 1 and without a change', async () => {
  const refused = await skep(['workflow', 'reset', '-w', '1'], { answer: hive, environment: wasp });
  assert.match(
    refused.errors,
    /^skep: Workflow 1 is not reset: its last run did not fail, or it is not a run of wasp\.\n/,
  );
  const unknown = await skep(['workflow', 'reset', '-w', '2'], { answer: hive });
  assert.match(unknown.errors, /^skep: Workflow 2 does not exist\.\n/);
  for (const { code, output, requests } of [refused, unknown]) {
    assert.deepEqual([code, output], [1, '']);
    assert.ok(requests.every(({ method }) => method === 'GET'));
  }
});

test('workflow concurrency: a limit, a pause, and an unknown workflow', async () => {
  const words = ['workflow', 'concurrency', '-w', '1', '-m'];
  const limited = await skep([...words, '1500'], { answer: hive });
  assert.deepEqual(limited.requests.find(({ method }) => method === 'PUT')?.body, { max_tasks: 1500 });
  assert.equal(limited.output, 'Workflow 1 may have 1,500 tasks active at once.\n');
  assert.match((await skep([...words, '0'], { answer: hive })).output, /^Workflow 1 is paused: /);
  const json = await skep([...words, '1500', '--json'], { answer: hive });
  assert.deepEqual(JSON.parse(json.output), { workflow_id: 1, max_concurrently_running: 1500 });
  const paused = (request: FakeRequest) =>
    request.path.endsWith('/get_max_concurrently_running') ? { max_concurrently_running: 0 } : hive(request);
  assert.equal(
    (await skep([...words, '1500'], { answer: paused })).output,
    'Workflow 1 may have 1,500 tasks active at once when it continues: it is paused.\n',
  );
  const unknown = await skep(['workflow', 'concurrency', '-w', '2', '-m', '0'], { answer: hive });
  assert.equal(unknown.code, 1);
  assert.match(unknown.errors, /^skep: Workflow 2 does not exist\./);
});

test('task update to REGISTERED takes what depends on the tasks with it, each id once and as a number', async () => {
  const words = ['task', 'update', '-t', '3', '-t', '3', '-w', '1', '-s', 'registered'];
  const { code, output, requests } = await skep(words, { answer: hive });
  assert.deepEqual(requests.at(-1)?.body, { task_ids: [3, 4], new_status: 'G', workflow_id: 1 });
  assert.equal(output, '2 tasks of workflow 1 are REGISTERED. To run them: skep workflow resume -w 1\n');
  assert.equal(code, 0);
});

test('task update to DONE changes the named tasks, and with --recursive --force what they depend on', async () => {
  const words = ['task', 'update', '-t', '3', '-w', '1', '-s', 'D'];
  const one = await skep([...words, '--force'], { answer: hive });
  assert.deepEqual(one.requests.at(-1)?.body, { task_ids: [3], new_status: 'D', workflow_id: 1 });
  assert.equal(one.output, '1 task of workflow 1 is DONE.\n');
  const all = await skep([...words, '-r', '-f', '--json'], { answer: hive });
  assert.deepEqual(all.requests.at(-1)?.body.task_ids, [3, 1, 2]);
  assert.deepEqual(JSON.parse(all.output), { workflow_id: 1, status: 'DONE', tasks: 3 });
});

test('task update is refused to others, and by the server, with 1', async () => {
  const other = await skep(['task', 'update', '-t', '3', '-w', '1', '-s', 'D'], { answer: hive, environment: wasp });
  assert.equal(other.code, 1);
  assert.match(other.errors, /^skep: Workflow 1 does not exist, or was never run by wasp\.\n/);
  assert.ok(other.requests.every(({ method }) => method === 'GET'));
  const server = await skep(['task', 'update', '-t', '666', '-w', '1', '-s', 'D'], { answer: hive });
  assert.equal(server.code, 1);
  assert.match(server.errors, /^skep: PUT \/task\/update_statuses: status 400, scripted\.\n/);
});
