import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harmless } from '../../../src/cli/output/terminal.ts';
import type { Progress } from '../../../src/cli/watch/view.ts';
import { FakeFailure } from '../../support/fake-transport.ts';
import { skep } from '../skep.ts';
import { progressOf, template } from './progress.ts';

/** Answers in their order, the last one for ever. */
function answering(...answers: readonly Progress[]) {
  let asked = 0;
  return ({ path }: { path: string }) => {
    assert.equal(path, '/skep/workflow/3/progress', 'without a terminal nothing else is asked');
    return answers[Math.min(asked++, answers.length - 1)];
  };
}

const running = (done: number) =>
  template('diff', { DONE: done, RUNNING: 1, SCHEDULED: 1, PENDING: 3 - done }, { retries: done });
const ended = (status: string) => ({ workflow: { live: false, status } });

test('a line whenever something changed; times and rates alone are no news', async () => {
  const reasons = [{ reason: 'Priority\u001b[2J', tasks: 2 }];
  const first = progressOf([running(1)], { pending_reasons: reasons, workflow: { name: 'a\u001b[2J\nb' } });
  const answer = answering(
    first,
    { ...first, now: first.now + 500, rate: { recent: 1, run: 1 } },
    progressOf([template('diff', { DONE: 5 })], ended('D')),
  );
  const { code, output, errors, requests } = await skep(['workflow', 'watch', '-w', '3'], { answer });
  assert.deepEqual([code, errors], [0, '']);
  assert.deepEqual(
    requests.map(({ query }) => query.after),
    [undefined, '1', '1'],
    'news are waited for at the server',
  );
  assert.equal(
    output,
    [
      'Workflow 3 a·[2J b is RUNNING; 5 tasks: pending 2, scheduled 1, running 1, done 1; waiting for: Priority·[2J (2)',
      'Workflow 3 montage-0 is DONE; 5 tasks: done 5',
      '',
    ].join('\n'),
  );
  assert.equal(output, harmless(output));
});

test('an object on a line, with templates, rates and the forecast', async () => {
  const forecast = { earliest: 1, likely: 2, latest: 3 };
  const answer = answering(
    progressOf([running(1)], { forecast }),
    progressOf([template('diff', { DONE: 4, FATAL: 1 })], { ...ended('F'), forecast: null }),
  );
  const { code, output } = await skep(['workflow', 'watch', '-w', '3', '--json'], { answer });
  assert.equal(code, 1);
  const [first, last, ...others] = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(others, []);
  assert.deepEqual(first, {
    ...{ workflow_id: 3, status: 'RUNNING', live: true, pending_reasons: [] },
    tasks: { PENDING: 2, SCHEDULED: 1, RUNNING: 1, DONE: 1, FATAL: 0 },
    templates: [
      { name: 'diff', tasks: 5, counts: { PENDING: 2, SCHEDULED: 1, RUNNING: 1, DONE: 1, FATAL: 0 }, retries: 1 },
    ],
    rate: { recent: 14.46, run: 14.46 },
    forecast,
  });
  assert.deepEqual([last.status, last.live, last.tasks.FATAL, last.forecast], ['FAILED', false, 1, null]);
});

test('the first run is waited for', async () => {
  const unrun = progressOf([template('diff', { PENDING: 5 })], { run: null, workflow: { live: false, status: 'G' } });
  const answer = answering(unrun, progressOf([template('diff', { DONE: 5 })], ended('D')));
  const { code, output } = await skep(['workflow', 'watch', '-w', '3'], { answer });
  assert.deepEqual([code, output.split('\n').length], [0, 3]);
});

test('a workflow that does not exist, and a server with the compatible routes alone, are a sentence each', async () => {
  const refusing = (knows: boolean) => (request: { path: string }) => {
    if (knows && request.path === '/skep/capabilities') return { extensions: [] };
    throw new FakeFailure(404);
  };
  const missing = await skep(['workflow', 'watch', '-w', '3'], { answer: refusing(true) });
  assert.deepEqual([missing.code, missing.output], [1, '']);
  assert.match(missing.errors, /^skep: Workflow 3 does not exist\.\nhint: /);
  const plain = await skep(['workflow', 'watch', '-w', '3'], { answer: refusing(false) });
  assert.match(plain.errors, /^skep: The server has the compatible routes alone and cannot watch a workflow\.\n/);
});

test('a server that stays away is an error where nobody looks on, once its time is over', async () => {
  const answer = () => {
    throw new Error('ECONNREFUSED');
  };
  const environment = { SKEP__HTTP__RETRIES_TIMEOUT: '1' };
  const { code, errors, requests } = await skep(['workflow', 'watch', '-w', '3'], { answer, environment });
  assert.equal(code, 1);
  assert.match(errors, /^The server is away: waiting for it\. GET .*\nskep: GET .*ECONNREFUSED.*\nhint: /);
  assert.equal(requests.length, 2);
});
