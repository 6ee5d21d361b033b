import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noPaint } from '../../../src/cli/output/terminal.ts';
import type { DryRun, Standing } from '../../../src/cli/run/dry-run.ts';
import { dryRunAsJson, renderDryRun } from '../../../src/cli/run/dry-run-view.ts';
import type { PlannedTask, Reason } from '../../../src/cli/run/plan.ts';
import { Tool } from '../../../src/client/tool.ts';

const EVIL = '\u001b[2J\nx\u202e';
const step = new Tool('t').getTaskTemplate({ templateName: 'step', commandTemplate: 'echo {i}', nodeArgs: ['i'] });

const workflow = {
  ...{ workflow_id: 7, name: 'w', tool: 't', user: 'bee', workflow_args: 'a', status: 'F', created: 0 },
  ...{ status_changed: 0, live: false, paused: false, tasks: 3 },
  counts: { PENDING: 0, SCHEDULED: 0, RUNNING: 0, DONE: 0, FATAL: 0 },
};

function dryRunOf(standing: Standing, ...reasons: Reason[]): DryRun {
  const plan = reasons.map((reason, i): PlannedTask => {
    const upstream = reason === 'upstream' ? `first${EVIL}` : undefined;
    return { task: step.createTask({ i }), reason, taskId: i, upstream, commandChanged: false };
  });
  return { description: { name: `w${EVIL}`, tasks: plan.length, dependencies: 0, depth: 1 }, standing, plan };
}

const text = (told: DryRun, resume = false, width = 100) => renderDryRun(told, { resume }, width, noPaint);

test('what would happen is said first, for each way to stand', () => {
  const known: Standing = { kind: 'known', workflow };
  assert.match(text(dryRunOf({ kind: 'new' }, 'new', 'new')), /\nA new workflow: all of its tasks would run\.\n/);
  assert.match(text(dryRunOf({ kind: 'new' }, 'new'), true), /since there is nothing to resume\./);
  assert.match(
    text(dryRunOf({ kind: 'new', namesake: workflow }, 'new')),
    /workflow 7 \(FAILED\), has other args or tasks/,
  );
  assert.match(
    text(dryRunOf(known, 'done', 'failed'), true),
    /It is workflow 7 \(FAILED\): 1 of its tasks would run, and 1 /,
  );
  assert.match(text(dryRunOf(known, 'done', 'failed')), /a run without --resume is refused\. With --resume, 1 of/);
  assert.match(text(dryRunOf(known, 'done')), /Nothing would run: every task of workflow 7 \(FAILED\) is done\./);
  const live: Standing = { kind: 'known', workflow: { ...workflow, live: true, status: 'R' } };
  assert.match(text(dryRunOf(live, 'active'), true), /\(RUNNING, its run lives\)/);
  assert.match(
    text(dryRunOf({ kind: 'unknown', reason: 'no answer' }, 'new')),
    /\nNot compared with earlier runs: no answer\.\n/,
  );
});

test('reasons are counted by template, with an example of what is waited for', () => {
  const told = dryRunOf({ kind: 'known', workflow }, 'upstream', 'done', 'failed', 'done', 'upstream');
  const rows = text(told, true, 200).split('\n').slice(-3);
  assert.match(rows[0] ?? '', /^step +2 {2}no +done: not run again +echo 1$/);
  assert.match(rows[1] ?? '', /^step +1 {2}yes +failed before +echo 2$/);
  assert.match(rows[2] ?? '', /^step +2 {2}yes +its upstream runs first, such as first·\[2J x· +echo 0$/);
});

test('the text fits the terminal, and nothing that was named controls it', () => {
  const told = dryRunOf({ kind: 'known', workflow }, 'upstream', 'done', 'failed');
  for (const width of [80, 120]) {
    const table = text(told, true, width).split('\n').slice(4);
    for (const line of table) assert.ok(line.length <= width, line);
  }
  assert.equal(text(told).includes('\u001b'), false);
});

test('programs get as many tasks as they ask for, and all counts', () => {
  const told = dryRunOf({ kind: 'known', workflow }, ...Array<Reason>(1500).fill('failed'), 'done');
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what is tested.
  const json = (limit?: number) => dryRunAsJson(told, limit === undefined ? {} : { limit }) as any;
  assert.deepEqual([json().taskList.length, json(2).taskList.length, json(0).taskList.length], [1000, 2, 1501]);
  assert.deepEqual(json(0).templates, [
    { name: 'step', tasks: 1501, firstCommand: 'echo 0', reasons: { done: 1, failed: 1500 } },
  ]);
  assert.deepEqual(json().comparison, { kind: 'known', workflowId: 7, status: 'FAILED', live: false });
  assert.equal(json().wouldRun, 1500);
});
