import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harmless } from '../../../src/cli/output/terminal.ts';
import { frame, skep } from '../skep.ts';

const EVIL = 'a\u001b[2J\nb\u009b\u202ec';

const workflowRow = (values: Record<string, unknown> = {}) => ({
  ...{ WF_ID: 1, WF_NAME: 'small', WF_STATUS: 'FAILED', CREATED_DATE: 1_795_570_943_000, TASKS: 5 },
  ...{ PENDING: '1 (20.0%)', SCHEDULED: '0 (0.0%)', RUNNING: '0 (0.0%)', DONE: '3 (60.0%)', FATAL: '1 (20.0%)' },
  ...{ RETRIES: 1, ...values },
});

test('workflow status asks for the workflows of the user, and shows counts without shares', async () => {
  const answer = () => ({ workflows: frame([workflowRow()]) });
  const { code, output, requests } = await skep(['workflow', 'status'], { answer });
  assert.equal(code, 0);
  assert.deepEqual([requests[0]?.query.user, requests[0]?.query.limit], ['bee', '5']);
  assert.match(
    output,
    /^ID {2}NAME {3}STATUS {2}CREATED .*\n 1 {2}small {2}FAILED {2}2026-11-25 01:42 +5 +1 +0 +0 +3 +1 +1\n$/,
  );
});

test('workflow status: ids in every way, all of them without a limit, and rows for programs', async () => {
  const answer = () => ({ workflows: frame([workflowRow({ WF_NAME: EVIL })]) });
  const words = ['workflow', 'status', '-w', '1,2', '-w', '3', '4', '5', '--workflow-id', '6', '--json'];
  const { output, requests } = await skep(words, { answer });
  assert.equal(requests[0]?.query.limit, '6');
  assert.equal(JSON.parse(output)[0].WF_NAME, EVIL);
  assert.equal(output, harmless(output));
  assert.deepEqual((await skep(['workflow', 'status', '-w', '1', '-o', 'json'], { answer })).output, output);
});

test('workflow status fits 80 and 120 columns, whatever the names are', async () => {
  const long = { WF_ID: 1_234_567, WF_NAME: `${EVIL}${'x'.repeat(250)}`, WF_STATUS: 'INSTANTIATING', TASKS: 1_000_000 };
  const answer = () => ({ workflows: frame([workflowRow(long), workflowRow()]) });
  for (const columns of [80, 120]) {
    const { output } = await skep(['workflow', 'status'], { answer, columns });
    const lines = output.trimEnd().split('\n');
    assert.equal(lines.length, 3);
    for (const line of lines) assert.ok(line.length <= columns, `${line.length} columns: ${line}`);
    assert.equal(output, harmless(output));
  }
});

test('workflow status: an empty answer of a server without SCHEDULED is a sentence', async () => {
  const answer = () => ({ workflows: '{"WF_ID":{},"WF_NAME":{},"TASKS":{}}' });
  assert.match((await skep(['workflow', 'status', '-w', '9'], { answer })).output, /^No workflow with id 9\./);
  assert.match((await skep(['workflow', 'status', '-u', EVIL], { answer })).output, /^No workflow of a·\[2J\nb··c\./);
  assert.equal((await skep(['workflow', 'status', '--json'], { answer })).output, '[]\n');
});

test('workflow tasks passes statuses in upper case, and says when there are more', async () => {
  const rows = [{ TASK_ID: 5, TASK_NAME: EVIL, STATUS: 'FATAL', RETRIES: 1 }];
  const answer = () => ({ workflow_tasks: frame(rows) });
  const { output, requests } = await skep(['workflow', 'tasks', '-w', '1', '-s', 'fatal', '-l', '1'], { answer });
  assert.deepEqual([requests[0]?.path, requests[0]?.query.status], ['/v3/workflow/1/workflow_tasks', 'FATAL']);
  assert.equal(
    output,
    'TASK  NAME        STATUS  RETRIES\n   5  a·[2J b··c  FATAL         1\nThe newest 1; all with -l 0.\n',
  );
});

test('workflow tasks tolerates a server that gives the letters of statuses', async () => {
  const answer = () => ({ workflow_tasks: frame([{ TASK_ID: 5, TASK_NAME: 'a', STATUS: 'F', RETRIES: 0 }]) });
  assert.match((await skep(['workflow', 'tasks', '-w', '1'], { answer })).output, /5 {2}a +FATAL/);
});

test('workflow logs shows whole paths, and attempts that keep no files', async () => {
  const path = `/data/${'long/'.repeat(40)}out`;
  const row = { TASK_ID: 1, TASK_NAME: EVIL, ARRAY_NAME: 'a', TASK_INSTANCE_ID: 2, OUTPUT_PATH: path, ERROR_PATH: '' };
  const answer = () => ({ array_tasks: [row, { ...row, TASK_INSTANCE_ID: 3, OUTPUT_PATH: '' }] });
  const words = ['workflow', 'logs', '-w', '7', '--array', 'a', '--job', 'j', '-l', '2'];
  const { output, requests } = await skep(words, { answer, columns: 80 });
  assert.equal(requests[0]?.path, '/v3/array/7/get_array_tasks');
  assert.deepEqual(
    ['array_name', 'job_name', 'limit'].map((name) => requests[0]?.query[name]),
    ['a', 'j', '2'],
  );
  assert.equal(
    output,
    `Attempt 2 of task 1, a·[2J b··c\n  stdout  ${path}\nAttempt 3 of task 1, a·[2J b··c\n  keeps no files (skep run --output-dir keeps them)\nOnly the first 2; all with -l 0.\n`,
  );
});

test('workflow logs: names are sent empty when none is given; no attempt is a sentence', async () => {
  const answer = () => ({ array_tasks: [] });
  const { output, requests } = await skep(['workflow', 'logs', '-w', '7'], { answer });
  assert.deepEqual([requests[0]?.query.array_name, requests[0]?.query.job_name], ['', '']);
  assert.match(output, /^Workflow 7 has no such attempt, or does not exist\.\n$/);
});

test('what is typed wrongly asks no server and ends with 2', async () => {
  for (const words of [
    ['workflow', 'tasks'],
    ['workflow', 'tasks', '-w', '-1'],
    ['workflow', 'tasks', '-w', '9'.repeat(30)],
    ['workflow', 'tasks', '-w', '1', '-s', 'GONE'],
    ['workflow', 'logs', '-w', '1', '-l', '-3'],
    ['workflow', 'status', '-w', '1;2'],
    ['workflow', 'status', '-o', 'xml'],
    ['workflow', 'concurrency', '-w', '1'],
    ['workflow', 'concurrency', '-w', '1', '-m', '-1'],
    ['workflow', 'concurrency', '-w', '1', '-m', '2147483648'],
    ['workflow', 'resume', '-w', '1', '--hot', '--reset-running'],
    ['workflow', 'resources', 'usage', '-t', '1', '-a', '[1]'],
    ['workflow', 'resources', 'yaml'],
    ['workflow', 'resources', 'yaml', '-w', '1', '-t', '1'],
    ['task', 'update', '-t', '1', '-w', '1', '-s', 'F'],
    ['task', 'update', '-t', '1', '-w', '1', '-s', 'D', '--recursive'],
    ['task', 'status', '-t', '1', '-s', 'SCHEDULED'],
    ['config', 'set', 'server.port'],
    ['workflow', `x${EVIL}`],
  ]) {
    const { code, errors, requests } = await skep(words);
    assert.deepEqual([code, requests.length], [2, 0], words.join(' '));
    assert.match(errors, /^skep: [\s\S]+\nhint: .*\n$/, words.join(' '));
    assert.equal(errors, harmless(errors));
  }
});
