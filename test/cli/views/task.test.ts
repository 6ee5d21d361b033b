import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeFailure } from '../../support/fake-transport.ts';
import { frame, skep } from '../skep.ts';

const attempt = (task: number, instance: number, error: string | null = null) => ({
  ...{ TASK_ID: task, task_status: 'F', TASK_INSTANCE_ID: instance, DISTRIBUTOR_ID: '7', STATUS: 'ERROR' },
  ...{ RESOURCE_USAGE: null, STDOUT: null, STDERR: '/logs/e', ERROR_TRACE: error },
});

test('task status shows the first line of errors in the table and all of them below', async () => {
  const answer = () => ({ task_instance_status: frame([attempt(1, 2, 'first\nsecond \u001b[31m\n'), attempt(1, 3)]) });
  const { output, requests } = await skep(['task', 'status', '-t', '1', '-s', 'fatal'], { answer });
  assert.deepEqual([requests[0]?.query.task_ids, requests[0]?.query.status], ['1', 'FATAL']);
  assert.match(output, /^TASK {2}ATTEMPT {2}STATUS {2}ERROR {2}STDERR\n {3}1 +2 {2}ERROR {3}first {2}\/logs\/e\n/);
  assert.match(output, /\nAttempt 2 of task 1:\n {2}first\n {2}second ·\[31m\n$/);
});

test('a limit keeps the last attempts of each task, with all of their errors', async () => {
  const rows = [attempt(1, 2), attempt(1, 9, 'a'), attempt(1, 9, 'b'), attempt(2, 3)];
  const answer = () => ({ task_instance_status: frame(rows) });
  const { output } = await skep(['task', 'status', '-t', '1', '2', '-l', '1', '--json'], { answer });
  assert.deepEqual(
    JSON.parse(output).map((row: Record<string, number>) => row.TASK_INSTANCE_ID),
    [9, 9, 3],
  );
});

test('task status without an attempt is a sentence, and an empty list for programs', async () => {
  const answer = () => ({ task_instance_status: '{}' });
  assert.match((await skep(['task', 'status', '-t', '1,2'], { answer })).output, /^No attempt of task 1, 2 yet/);
  assert.equal((await skep(['task', 'status', '-t', '1', '--json'], { answer })).output, '[]\n');
});

test('task dependencies shows two lists, of entries in lists of their own and of bare ones', async () => {
  const answer = () => ({ up: [[{ id: 1, status: 'D', name: 'a' }]], down: [{ id: 12, status: 'G', name: 'b\n' }] });
  const { output, requests } = await skep(['task', 'dependencies', '-t', '5'], { answer });
  assert.equal(requests[0]?.path, '/v3/task_dependencies/5');
  assert.equal(
    output,
    'Task 5 waits for\nTASK  NAME  STATUS\n   1  a     DONE\n\nWaiting for task 5\nTASK  NAME  STATUS\n  12  b     PENDING\n',
  );
  const json = JSON.parse((await skep(['task', 'dependencies', '-t', '5', '--json'], { answer })).output);
  assert.deepEqual(json.up, [{ id: 1, status: 'D', name: 'a' }]);
});

test('task dependencies: one side may be empty, or both', async () => {
  const up = () => ({ up: [[{ id: 1, status: 'D', name: 'a' }]], down: [] });
  assert.match(
    (await skep(['task', 'dependencies', '-t', '5'], { answer: up })).output,
    /\nWaiting for task 5: none\n$/,
  );
  const none = () => ({ up: [], down: [] });
  assert.match((await skep(['task', 'dependencies', '-t', '5'], { answer: none })).output, /^Task 5 waits for none/);
});

test('a server that does not know the route is said to be too old', async () => {
  const answer = () => {
    throw new FakeFailure(404);
  };
  const { code, errors } = await skep(['task', 'dependencies', '-t', '5'], { answer });
  assert.equal(code, 1);
  assert.match(errors, /^skep: The server is too old/);
});
