import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FakeRequest } from '../../support/fake-transport.ts';
import { skep } from '../skep.ts';

const EVIL = 'a\u001b[2J\nb\u009b\u202ec';

const attempt = (id: number, changes: Record<string, unknown> = {}) => ({
  ...{
    task_instance_id: id,
    workflow_run_id: 3,
    status: 'E',
    distributor_id: '7_1',
    cluster: 'slurm',
    queue: 'long.q',
  },
  ...{ nodename: `node${EVIL}`, submitted: 0, started: 1_795_570_943_000, status_changed: 1_795_570_953_000 },
  ...{ requested_resources: { memory: 4, runtime: 300, cores: 2, gpu: EVIL }, run_time: 10.4, cpu: 5.2 },
  ...{ memory: 2 ** 30, ran_out: 'memory', pending_reason: null, stdout: '/dev/null', stderr: '/logs/e' },
  ...{ errors: [], ...changes },
});

const neighbours = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ task_id: at + 1, name: `n${at}${EVIL}`, status: 'F' }));

const detail = (changes: Record<string, unknown> = {}) => ({
  task: {
    ...{ task_id: 5, name: `step${EVIL}`, array_id: 1, template: `step${EVIL}`, status: 'F', attempts: 2 },
    ...{ status_changed: 1_795_570_953_000, max_attempts: 3, run_time: 1, memory: 1, pending_reason: null },
  },
  ...{
    workflow_id: 9,
    command: `first ${EVIL}\nsecond`,
    attempts: [attempt(12), attempt(11, { cpu: null, memory: null })],
  },
  upstream: { total: 50, unfinished: 2, tasks: neighbours(50) },
  downstream: { total: 0, tasks: [] },
  explanation: { kind: 'failed', sentences: [`It failed. ${EVIL}`] },
  ...changes,
});

const LOG = { from: 0, until: 3, size: 3, source: 'tail', ended: true };
const LINES = Array.from({ length: 30 }, (_, at) => `line ${at}`).join('\n');

function answer(task: object, logs: Record<string, object>) {
  return ({ path, query }: FakeRequest) => {
    if (path === '/skep/capabilities') return { extensions: 1, database_id: 'x' };
    return path.endsWith('/log') ? logs[query.stream ?? ''] : task;
  };
}

test('everything about a task is told, and nothing of it controls the terminal', async () => {
  const logs = { stdout: { ...LOG, size: 0, text: '' }, stderr: { ...LOG, text: `${LINES}\n${EVIL}\n` } };
  const { code, output } = await skep(['task', 'show', '-t', '5'], { answer: answer(detail(), logs), columns: 200 });
  assert.equal(code, 0);
  for (const text of [
    ...[
      'step',
      '(task 5 of workflow 9)',
      'FATAL since 2026-11-25 01:42:33 UTC',
      '2 of at most 3',
      '50 tasks, 2 not done',
    ],
    ...['and 46 more: skep task dependencies -t 5', 'Upstream of  none', 'ERROR (memory)', '10 s of 5 min'],
    ...['1 GiB of 4 GiB', '0.5 of 2', '– of 4 GiB', 'slurm/long.q', 'stdout of attempt 12: empty', '/logs/e'],
    ...['│ …\n', '│ line 29\n', 'skep task logs -t 5'],
  ]) {
    assert.ok(output.includes(text), `${text} in\n${output}`);
  }
  assert.match(output, /\nCommand +first a·\[2J\n +b··c\n +second\n/);
  assert.doesNotMatch(output, /line 19\n/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of exactly those.
  assert.doesNotMatch(output, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
});

test('a table of attempts fits 80 columns', async () => {
  const logs = { stdout: { ...LOG, text: 'abc' }, stderr: { ...LOG, text: 'x'.repeat(500) } };
  const { output } = await skep(['task', 'show', '-t', '5'], { answer: answer(detail(), logs), columns: 80 });
  const from = output.indexOf('ATTEMPT');
  for (const line of output.slice(from).split('\n')) assert.ok(line.length <= 80, line);
});

test('a task that was never tried has no attempts and no output; programs get the answer as it is', async () => {
  const untried = detail({ attempts: [], upstream: { total: 0, unfinished: 0, tasks: [] } });
  const { output, requests } = await skep(['task', 'show', '-t', '5'], { answer: answer(untried, {}) });
  assert.match(output, /\nWaits for +none\nUpstream of +none\n$/);
  assert.equal(
    requests.some(({ path }) => path.endsWith('/log')),
    false,
  );
  const json = await skep(['task', 'show', '-t', '5', '--json'], { answer: answer(detail(), {}) });
  assert.deepEqual(JSON.parse(json.output), detail());
});
