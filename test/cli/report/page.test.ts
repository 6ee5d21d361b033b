import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReportData } from '../../../src/cli/report/gather.ts';
import { reportPage } from '../../../src/cli/report/page.ts';

const EVIL = `<script>alert(1)</script>"'&\u001b[31m\u0000`;
const ORIGIN = { command: `skep ${EVIL}`, version: '1.2.3' };
const COUNTS = { PENDING: 1, SCHEDULED: 0, RUNNING: 1, DONE: 7, FATAL: 1 };

function template(array_id: number, name: string): ReportData['progress']['templates'][number] {
  return {
    ...{ array_id, name, tasks: 10, counts: COUNTS, retries: 2, max_concurrently_running: 10 },
    run_time: { median: 1.5, p95: 90 },
  };
}

/** Everything that others name is hostile. */
function data(changes: Partial<ReportData> = {}): ReportData {
  return {
    progress: {
      ...{ revision: 1, now: 1_795_570_953_000, runs: 2, max_concurrently_running: 10, retries: 4 },
      workflow: {
        ...{ workflow_id: 7, name: EVIL, tool: EVIL, user: EVIL, workflow_args: EVIL, status: 'F', live: false },
        ...{ created: 0, status_changed: 0, paused: false, tasks: 20, counts: COUNTS },
      },
      run: {
        ...{ workflow_run_id: 9, status: 'E', user: EVIL, started: 1_795_570_943_000 },
        ...{ status_changed: 1_795_570_953_000, heartbeat_due: 0 },
      },
      forecast: null,
      rate: { recent: 0, run: 1.4 },
      templates: [template(1, EVIL), template(2, 'merge')],
      pending_reasons: [{ reason: EVIL, tasks: 1 }],
    },
    attempts: 23,
    graph: { edges: [{ from: 1, to: 2, edges: 10 }] },
    timeline: { from: 1_795_570_943_000, until: 1_795_570_953_000, running: [0, 2.5], done: [3, 4], failed: [0, 1] },
    usage: {
      templates: [
        {
          ...{ array_id: 1, attempts: 8, memory: { asked: 8192, used: 1024 }, cpu: null },
          run_time: { asked: 600, used: 900 },
        },
      ],
      points: [
        {
          ...{ task_instance_id: 1, task_id: 1, array_id: 1, status: 'D', memory_asked: 2 ** 32, cores_asked: 2 },
          ...{ memory_used: 2 ** 30 + 1, run_time_asked: 60, run_time: 100, cpu: 103 },
        },
      ],
    },
    errors: {
      groups: [
        {
          ...{ error_group: 'a', text: `${EVIL}\nline`, errors: 4812, tasks: 40, fatal: 1, templates: [EVIL] },
          ...{ newest: 1, oldest: 0, task_id: 3, task_instance_id: 4 },
        },
      ],
      ...{ errors: 5000, grouped: 4900 },
    },
    ...changes,
  };
}

test('a page asks for nothing and runs nothing, and nothing that was named is markup in it', () => {
  const page = reportPage(data(), ORIGIN);
  assert.match(
    page,
    /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">/,
  );
  assert.doesNotMatch(page, /<script|<img|<link|\son\w+=|https?:/);
  assert.equal(page.includes('\u001b') || page.includes('\u0000'), false);
  const named = page.split('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;·').length - 1;
  // Title and heading, user, tool, args, four times the template, its error and text, the reason, the command.
  assert.ok(named >= 11, `${named} times`);
  assert.equal(page.match(/<svg/g)?.length, page.match(/<\/svg>/g)?.length);
  assert.equal(page.match(/<section/g)?.length, 5);
});

test('numbers are those of the answers', () => {
  const page = reportPage(data(), ORIGIN);
  for (const text of [
    ...['23, 4 of them retries', '9, the last of 2', 'This run began (UTC)', '1.4 / s over the run', '>10 s<'],
    ...['Same error × 4,812', '5,000 errors.', 'the newest 4,900 were sorted', '88 errors of rarer kinds'],
    ...['7 attempts done', '1 failed', '1 min 30 s', 'skep 1.2.3'],
  ]) {
    assert.ok(page.includes(text), text);
  }
});

test('what would have been enough is the least whole unit, and marked where it is less than was asked for', () => {
  const rows = Array.from(reportPage(data(), ORIGIN).matchAll(/<td class="word">(.*?)<\/td>(.*?)<\/tr>/g), (row) =>
    (row[0] as string)
      .replace(/<strong>(.*?)<\/strong>/g, '*$1')
      .replace(/<[^>]*>/g, '|')
      .replace(/\|+/g, '|'),
  );
  assert.deepEqual(rows, [
    '|Memory|4 GiB|1 GiB|*2 GiB|13 %|1.99 MiB h|',
    '|Cores|2|1|*1|–|–|',
    // More than was asked for: nothing is unused, and nothing less would do.
    '|Run time|1 min|1 min 40 s|2 min|150 %|0 s|',
  ]);
});

test('a workflow without tasks, runs or names is told of in sentences', () => {
  const { progress } = data();
  const none = { PENDING: 0, SCHEDULED: 0, RUNNING: 0, DONE: 0, FATAL: 0 };
  const workflow = { ...progress.workflow, name: null, user: null, tool: null, tasks: 0, counts: none, status: 'G' };
  const page = reportPage(
    {
      progress: { ...progress, workflow, run: null, runs: 0, templates: [], pending_reasons: [] },
      ...{ attempts: 0, graph: { edges: [] }, usage: { templates: [], points: [] } },
      timeline: { from: 0, until: 0, running: [0], done: [0], failed: [0] },
      errors: { groups: [], errors: 0, grouped: 0 },
    },
    ORIGIN,
  );
  for (const text of ['without a name', 'It has no tasks.', 'No attempt has failed.', 'No attempt has run yet.']) {
    assert.ok(page.includes(text), text);
  }
  assert.doesNotMatch(page, /NaN|Infinity|undefined|null/);
});

test('the graph shows every template and edge, and says so where they are too many', () => {
  const { progress } = data();
  const many = (count: number) => Array.from({ length: count }, (_, at) => template(at, `t${at}`));
  const edges = Array.from({ length: 99 }, (_, at) => ({ from: at, to: at + 1, edges: 1 }));
  const page = (count: number) =>
    reportPage(
      data({
        progress: { ...progress, templates: many(count) },
        graph: { edges: [...edges, { from: 3, to: 3, edges: 5 }] },
      }),
      ORIGIN,
    );
  assert.equal(page(100).match(/class="box"/g)?.length, 100);
  assert.equal(page(100).match(/class="edge"/g)?.length, 99);
  assert.match(page(100), /Within 1 template tasks wait for each other too/);
  assert.match(page(151), /151 templates with 99 edges between them are too many to be drawn/);
  assert.doesNotMatch(page(151), /class="box"/);
});
