import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noPaint } from '../../../src/cli/output/terminal.ts';
import { isSuccess, type Outcome, outcomeAsJson, renderSummary } from '../../../src/cli/run/summary.ts';

const outcome = (changes: Partial<Outcome>): Outcome => ({
  workflowId: 3,
  workflowRunId: 5,
  status: 'D',
  total: 9,
  done: 9,
  failed: 0,
  elapsed: 12.4,
  failures: [],
  resumeCommand: 'skep run w.yaml --resume',
  ...changes,
});

test('success is one line', () => {
  assert.equal(renderSummary(outcome({}), 80, noPaint), '✔ Done: all 9 tasks, in 0:00:12 (workflow 3).');
});

test('success means that every task is done, whatever the run is called', () => {
  assert.equal(isSuccess(outcome({})), true);
  assert.equal(isSuccess(outcome({ status: 'E', failed: 1, done: 8 })), false);
  assert.equal(isSuccess(outcome({ status: 'T', done: 3 })), false);
  assert.equal(isSuccess(outcome({ status: 'D', done: 3 })), false);
});

test('failure says which, why and what now', () => {
  const failures = [
    {
      id: 12,
      name: 'model_b',
      error: `exit status 3\n${Array.from({ length: 30 }, (_, line) => `line ${line}`).join('\n')}\n\u001b[2J`,
      stderrFile: '/x/e12',
    },
  ];
  const text = renderSummary(outcome({ status: 'E', done: 6, failed: 2, failures }), 80, noPaint);
  assert.match(text, /^✘ 6 of 9 tasks done, 2 failed, 1 not run, in 0:00:12 \(workflow 3\)\./);
  assert.match(text, /model_b \(task 12\)/);
  assert.match(text, /line 29/);
  assert.doesNotMatch(text, /line 10/);
  assert.ok(!text.includes('\u001b'));
  assert.match(text, /all of its stderr: \/x\/e12/);
  assert.match(text, /… and 1 more failed task\./);
  assert.match(text, /skep workflow tasks -w 3 -s FATAL/);
  assert.match(text, /skep task status -t 12/);
  assert.match(text, /skep run w\.yaml --resume$/);
});

test('a run that made way for another is not told as failed', () => {
  const failures = [{ id: 12, name: 'model_b', error: 'killed as ordered', stderrFile: undefined }];
  const text = renderSummary(outcome({ status: 'T', done: 6, failed: 1, failures }), 80, noPaint);
  assert.match(text, /^■ Stopped from elsewhere: .* workflow 3, .* in 0:00:12\.\nHow .* skep workflow status -w 3$/);
});

test('a name with line breaks stays one line', () => {
  const failures = [{ id: 12, name: 'model\n\tb', error: '', stderrFile: undefined }];
  assert.match(renderSummary(outcome({ status: 'E', failed: 1, failures }), 80, noPaint), /^model b \(task 12\)$/m);
});

test('the outcome for programs', () => {
  const parsed = JSON.parse(outcomeAsJson(outcome({ status: 'E', done: 6, failed: 2 })));
  assert.deepEqual(parsed.tasks, { total: 9, done: 6, failed: 2, not_run: 1 });
  assert.equal(parsed.resume_command, 'skep run w.yaml --resume');
});
