import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayWidth, noPaint, type Paint } from '../../../src/cli/output/terminal.ts';
import { START } from '../../../src/cli/watch/interaction.ts';
import { type Progress, renderWatch, type WatchView } from '../../../src/cli/watch/view.ts';
import { NOW, progressOf, template, viewOf } from './progress.ts';

const textOf = (view: WatchView, width: number, height: number, paint: Paint = noPaint) =>
  renderWatch(view, width, height, paint).lines.join('\n');

const MONTAGE = progressOf(
  [
    template('project', { DONE: 1200 }, { run_time: { median: 0.3194, p95: 1 } }),
    template('diff', { DONE: 3, RUNNING: 4, SCHEDULED: 6, FATAL: 1, PENDING: 86 }, { retries: 2 }),
    template('shrink', { PENDING: 818 }),
  ],
  {
    rate: { recent: 14.46, run: 9 },
    retries: 2,
    pending_reasons: [{ reason: 'Priority', tasks: 6 }],
    forecast: { earliest: NOW + 480_000, likely: NOW + 720_000, latest: NOW + 1_200_000 },
  },
);
const FAILURES = [
  {
    id: 7,
    name: 'diff_n-7',
    error: 'Traceback:\n  x.py\nValueError: \u001b[31mno\u001b[0m cell\n\n',
    stderrFile: undefined,
  },
];

test('one picture of a run in full swing, in the place of the viewer', (context) => {
  const zone = process.env.TZ;
  process.env.TZ = 'UTC';
  context.after(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });
  assert.deepEqual(textOf(viewOf(MONTAGE, { failures: FAILURES }), 80, 20).split('\n'), [
    'montage-0  workflow 3 · running',
    `${'█'.repeat(27)}▓▒${'░'.repeat(21)} 1,203 of 2,118  56%`,
    'done 1,203 · running 4 · scheduled 6 · waiting 904 · failed 1',
    '0:01:23 elapsed · 14.5 tasks/s · 9 tasks/s since its start · 2 retries',
    'about 12 min left (8 to 20 min) · ends at 12:12 (12:08 to 12:20)',
    '',
    'TEMPLATE                                 DONE  FAILED  ACTIVE  RUN TIME  RETRIES',
    `project   ${'█'.repeat(22)}  1,200/1,200       0       0   0.319 s        0`,
    `diff      █▓▒${'░'.repeat(19)}        3/100       1      10         –        2`,
    `shrink    ${'░'.repeat(22)}        0/818       0       0         –        0`,
    '',
    'What tasks wait for',
    '  6 tasks: Priority',
    '',
    'Newest failures',
    '  diff_n-7 (task 7): ValueError: no cell',
    '',
    '',
    '',
    'q quit   f failures   ? keys   ↑↓ scroll   p pause',
  ]);
});

test('no picture is higher or wider than its terminal, whatever the names and numbers are', () => {
  const evil = 'n\u001b[2J\n\u202e地球物理学🌍עברית'.repeat(9);
  const huge = progressOf(
    Array.from({ length: 60 }, (_, at) =>
      template(
        at % 2 === 0 ? evil : `t${at}`,
        { DONE: 10 ** (at % 8), RUNNING: at % 3, FATAL: at % 5, PENDING: at ** 4 },
        {
          run_time: { median: 1e6, p95: 1e7 },
          retries: 10 ** (at % 7),
        },
      ),
    ),
    {
      ...{ runs: 12, retries: 123_456_789, rate: { recent: 0.0001, run: 123_456 } },
      forecast: { earliest: NOW, likely: NOW + 1e9, latest: NOW + 1e11 },
      pending_reasons: Array.from({ length: 9 }, (_, at) => ({ reason: evil, tasks: 10 ** at })),
      workflow: { name: evil },
    },
  );
  const failures = Array.from({ length: 20 }, (_, id) => ({
    id,
    name: evil,
    error: `${evil}\r\n${'x'.repeat(500)}`,
    stderrFile: evil,
  }));
  const views: WatchView[] = [
    viewOf(undefined, { remark: evil }),
    viewOf(huge, { failures }),
    viewOf(huge, { failures, remark: evil }),
    viewOf(huge, { failures, interaction: { ...START, offset: 17 } }),
    viewOf(huge, { failures, interaction: { ...START, question: 'pause' } }),
    viewOf(huge, { failures, interaction: { ...START, page: 'failures', offset: 30 } }),
    viewOf(huge, { failures, interaction: { ...START, page: 'keys' } }),
    viewOf(huge, { failures, interaction: undefined }),
    viewOf(progressOf([])),
  ];
  for (const view of views) {
    for (const width of [1, 8, 30, 31, 40, 57, 80, 200]) {
      for (const height of [1, 2, 3, 5, 7, 8, 12, 24, 50, 90]) {
        const { lines } = renderWatch(view, width, height, noPaint);
        assert.ok(lines.length <= height, `${lines.length} lines of ${height}`);
        if (view.interaction !== undefined)
          assert.equal(lines.length, height, 'the last line is the last of the terminal');
        for (const line of lines) {
          assert.ok(width < 30 || displayWidth(line) <= width, `${displayWidth(line)} columns of ${width}: ${line}`);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left.
          assert.doesNotMatch(line, /[\u0000-\u001f\u202e]/);
        }
      }
    }
  }
});

test('a question is seen on the lowest terminal, and keys only where there is room', () => {
  assert.match(textOf(viewOf(MONTAGE, { interaction: { ...START, question: 'pause' } }), 80, 4), /\nPause it\?.*$/);
  assert.doesNotMatch(textOf(viewOf(MONTAGE), 80, 7), /q quit/);
  assert.match(textOf(viewOf(MONTAGE), 80, 8), /\nq quit.*$/);
});

const SIXTY = progressOf([
  ...Array.from({ length: 20 }, (_, at) => template(`done_${at}`, { DONE: 4 })),
  template('failed', { DONE: 2, FATAL: 2 }),
  ...Array.from({ length: 19 }, (_, at) => template(`waiting_${at}`, { PENDING: 4 })),
  template('begun', { DONE: 1, PENDING: 3 }),
  template('working', { RUNNING: 1, PENDING: 3 }),
  ...Array.from({ length: 18 }, (_, at) => template(`later_${at}`, { PENDING: 4 })),
]);

test('of more templates than lines those at work come first, then what failed; the others are counted', () => {
  const lines = textOf(viewOf(SIXTY), 80, 14).split('\n');
  const names = lines.slice(6, 12).map((line) => line.split(' ')[0]);
  assert.deepEqual(names, ['failed', 'waiting_0', 'waiting_1', 'waiting_2', 'begun', 'working']);
  assert.equal(lines[12], '… 54 more: 34 waiting, 20 done');
});

test('scrolling goes through all templates in their order, and stops at both ends', () => {
  const at = (offset: number) => {
    const { lines, first, shown } = renderWatch(viewOf(SIXTY, { interaction: { ...START, offset } }), 80, 14, noPaint);
    return { name: lines[6]?.split(' ')[0], remark: lines[12], first, shown };
  };
  assert.deepEqual(at(1), {
    name: 'done_1',
    remark: 'templates 2 to 7 of 60 (esc: those at work)',
    first: 1,
    shown: 6,
  });
  assert.deepEqual(at(999), {
    name: 'later_12',
    remark: 'templates 55 to 60 of 60 (esc: those at work)',
    first: 54,
    shown: 6,
  });
});

test('the page of failures has the end of each output, is scrolled by lines, and says what it leaves out', () => {
  const page = (offset: number, height = 20) =>
    textOf(viewOf(MONTAGE, { failures: FAILURES, interaction: { ...START, page: 'failures', offset } }), 80, height);
  assert.match(
    page(0),
    /^Failed tasks, newest first\n\ndiff_n-7 \(task 7\)\n {2}│ Traceback:\n {2}│ {3}x\.py\n {2}│ ValueError: no cell\n\nskep workflow errors -w 3 {2}shows all, like ones together\n/,
  );
  assert.match(page(99, 8), /^Failed tasks, newest first\n\n {2}│ Traceback:\n[\s\S]*\nskep workflow errors /);
  const none = viewOf(progressOf([template('a', { DONE: 1 })]), { interaction: { ...START, page: 'failures' } });
  assert.match(textOf(none, 80, 20), /^No task has failed for good\./);
});

test('limits that are reached and a pause are reasons to wait', () => {
  const waits = (more: Parameters<typeof progressOf>[1], ...templates: Progress['templates']) =>
    /What tasks wait for\n {2}(.*)\n/.exec(textOf(viewOf(progressOf(templates, more)), 80, 30))?.[1];
  const busy = template('a', { RUNNING: 2, PENDING: 5 }, { max_concurrently_running: 2 });
  assert.equal(waits({}, busy), 'a: the limit of 2 active tasks is reached');
  assert.equal(waits({ max_concurrently_running: 2 }, busy), 'The limit of 2 active tasks is reached');
  assert.match(waits({ workflow: { paused: true } }, busy) ?? '', /^It is paused: no further task starts/);
  assert.equal(waits({ workflow: { live: false } }, busy), undefined);
  assert.equal(waits({}, template('a', { RUNNING: 2 }, { max_concurrently_running: 2 })), undefined);
});

test('what has not run, what is paused and what is over say so', () => {
  const head = (progress: Progress) => textOf(viewOf(progress), 80, 30).split('\n').slice(0, 4);
  const [done] = [template('a', { DONE: 5 })];
  const rested = { live: false, status: 'D' };
  const ended = progressOf([done], { workflow: rested, runs: 2, retries: 1 });
  const run = { ...(ended.run as NonNullable<Progress['run']>), status_changed: NOW - 20_000 };
  assert.deepEqual(head({ ...ended, run }), [
    'montage-0  workflow 3 · done',
    `${'█'.repeat(50)} 5 of 5  100%`,
    'done 5 · running 0 · scheduled 0 · waiting 0 · failed 0',
    'run 2 · took 0:01:03 · 14.5 tasks/s · 1 retry',
  ]);
  const unrun = progressOf([template('a', { PENDING: 5 })], {
    run: null,
    workflow: { live: false, status: 'G', name: null },
  });
  assert.match(head(unrun).join('\n'), /^x {2}workflow 3 · registering\n[\s\S]*\nit has not run yet$/);
  assert.match(head(progressOf([done], { workflow: { paused: true } }))[0] ?? '', / · paused$/);
});

test('a forecast of days has its days, and one for this minute has no range', () => {
  const at = (earliest: number, latest: number) =>
    textOf(
      viewOf(
        progressOf([template('a', { RUNNING: 1 })], {
          forecast: { earliest: NOW + earliest, likely: NOW + earliest, latest: NOW + latest },
        }),
      ),
      120,
      10,
    );
  assert.match(
    at(86_400_000 * 2, 86_400_000 * 3),
    /about 2 days left \(2 to 3 days\) · ends at 28 Nov \d\d:\d\d \(28 Nov \d\d:\d\d to 29 Nov \d\d:\d\d\)/,
  );
  assert.match(at(-5000, 1), /about 1 s left \(1 s\) · ends at /);
});
