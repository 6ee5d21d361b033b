/** Client, distributor and workers against a server that has the compatible routes alone, as foreign servers do. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { openRecordingProxy } from '../support/recording-proxy.ts';
import { until, Workbench } from './skep.ts';

/**
 * `flaky` fails once; `hungry` runs out of time, and its second attempt has four times as much; `bad` fails for as long as
 * the file `broken` is there, and `after` waits for it.
 */
const WORKFLOW = `
name: plain
args: fixed
templates:
  flaky: {command: 'echo x >> {directory}/flaky; [ $(wc -l < {directory}/flaky) -ge 2 ]'}
  hungry: {command: 'echo x >> {directory}/hungry; sleep 2', resources: {runtime: 1s}, scales: {runtime: 3}}
  bad: {command: 'echo x >> {directory}/bad; [ ! -e {directory}/broken ]', max_attempts: 2}
  after: {command: 'echo x >> {directory}/after'}
tasks:
  - {template: flaky, args: {directory: DIRECTORY}}
  - {template: hungry, args: {directory: DIRECTORY}}
  - {template: bad, args: {directory: DIRECTORY}}
  - {template: after, args: {directory: DIRECTORY}, after: [bad, hungry]}
`;

test('a whole workflow, its retries and its resume need the compatible routes alone', async (context) => {
  const server = new Workbench(context);
  server.environment.SKEP__SERVER__EXTENSIONS = 'false';
  const serving = server.start('server', 'start');
  const record = `${server.dataDirectory}/server.json`;
  await until(() => existsSync(record), 'the server had written its address');
  const { url, token_file } = JSON.parse(readFileSync(record, 'utf8'));
  const proxy = await openRecordingProxy(context, url);

  const client = new Workbench(context);
  client.environment.SKEP__HTTP__SERVICE_URL = proxy.url;
  client.environment.SKEP__HTTP__TOKEN_FILE = token_file;
  client.environment.SKEP__DISTRIBUTOR__POLL_INTERVAL = '0.5';
  const file = client.write('w.yaml', WORKFLOW.replaceAll('DIRECTORY', client.directory));
  const broken = client.write('broken', '');
  const attempts = () => ['flaky', 'hungry', 'bad', 'after'].map((name) => linesIn(client.path(name)));

  const first = await client.run('run', file);
  assert.equal(first.code, 1, first.errors);
  assert.match(first.output, /^✘ 2 of 4 tasks done, 1 failed, 1 not run/);
  assert.deepEqual(attempts(), [2, 2, 2, 0]);
  const tasks = await client.rows('workflow', 'tasks', '-w', '1');
  const hungry = tasks.find(({ TASK_NAME }) => String(TASK_NAME).startsWith('hungry'));
  const [killed, done] = await client.rows('task', 'status', '-t', String(hungry?.TASK_ID));
  assert.deepEqual([killed?.STATUS, done?.STATUS], ['RESOURCE_ERROR', 'DONE']);

  rmSync(broken);
  const second = await client.run('run', file, '--resume');
  assert.equal(second.code, 0, second.errors);
  assert.deepEqual(attempts(), [2, 2, 3, 1], 'what was done was not run again');

  const ours = proxy.requests.filter(({ path }) => path.startsWith('/api/skep'));
  assert.ok(ours.length > 0, 'the requests passed the proxy');
  for (const { method, path, status } of ours)
    assert.deepEqual([method, path, status], ['GET', '/api/skep/capabilities', 404]);
  for (const [step, pattern] of Object.entries(STEPS)) {
    assert.ok(
      proxy.requests.some(({ path, status }) => pattern.test(path) && status === 200),
      step,
    );
  }
  serving.signal('SIGTERM');
  assert.equal((await serving.ended).code, 0);
});

/** What client, swarm, distributor and workers ask for instead. */
const STEPS = {
  binding: /^\/api\/v3\/task\/bind_tasks_no_args$/,
  polling: /^\/api\/v3\/workflow\/1\/task_status_updates$/,
  distributing: /^\/api\/v3\/workflow_run\/2\/sync_status$/,
  launching: /^\/api\/v3\/array\/\d+\/transition_to_launched$/,
  running: /^\/api\/v3\/task_instance\/\d+\/log_running$/,
  succeeding: /^\/api\/v3\/task_instance\/\d+\/log_done$/,
  failing: /^\/api\/v3\/task_instance\/\d+\/log_error_worker_node$/,
  resuming: /^\/api\/v3\/workflow\/1\/set_resume$/,
};

function linesIn(path: string): number {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
}
