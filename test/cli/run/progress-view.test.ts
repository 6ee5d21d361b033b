import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noPaint } from '../../../src/cli/output/terminal.ts';
import { type ProgressView, renderProgress, renderProgressLine } from '../../../src/cli/run/progress-view.ts';

const counts = { G: 0, Q: 0, I: 0, O: 0, R: 0, D: 0, E: 0, A: 0, F: 0 };
const view = (changes: Partial<ProgressView>): ProgressView => ({
  name: 'montage-0',
  workflowId: 3,
  counts,
  total: 0,
  elapsed: 0,
  outlook: undefined,
  failures: [],
  isPaused: false,
  remark: '',
  ...changes,
});

test('one picture of a run in full swing', () => {
  const text = renderProgress(
    view({
      counts: { ...counts, D: 1203, R: 4, Q: 10, O: 6, G: 898, F: 1 },
      total: 2122,
      elapsed: 83,
      outlook: { rate: 14.46, rest: { earliest: 58, latest: 130 } },
      failures: ['mDiffFit_ID0000041'],
    }),
    80,
    noPaint,
  );
  assert.equal(
    text,
    [
      'montage-0  workflow 3',
      `${'█'.repeat(27)}▓▒${'░'.repeat(21)} 1,203 of 2,122  56%`,
      'done 1,203 · running 4 · queued 16 · waiting 898 · failed 1',
      '0:01:23 elapsed · 14.5 tasks/s · ends in 58 s to 2 min',
      'failed of late: mDiffFit_ID0000041',
    ].join('\n'),
  );
});

test('the bar is full only when all are done, and never empty once one is', () => {
  const bar = (done: number, failed: number, total: number) =>
    renderProgress(view({ counts: { ...counts, D: done, F: failed }, total }), 80, noPaint).split('\n')[1] ?? '';
  assert.match(bar(0, 0, 9), /^░{50} 0 of 9 {2}0%$/);
  assert.match(bar(1, 0, 100_000), /^█░{49} /);
  assert.match(bar(99_999, 0, 100_000), /^█{49}░ 99,999 of 100,000 {2}99%$/);
  assert.match(bar(9, 0, 9), /^█{50} 9 of 9 {2}100%$/);
  assert.match(bar(8, 1, 9), /^█{44}▓{6} 8 of 9/);
});

test('no line is wider than the terminal', () => {
  const wide = view({
    name: 'n'.repeat(300),
    counts: { ...counts, D: 1_000_000, R: 100, Q: 1000, G: 1000, F: 1000 },
    total: 1_003_100,
    elapsed: 90_000,
    outlook: { rate: 1234, rest: { earliest: 100, latest: 40_000 } },
    failures: ['f'.repeat(100), 'g'.repeat(100)],
  });
  for (const line of renderProgress(wide, 80, noPaint).split('\n')) assert.ok(line.length <= 80, line);
});

test('the line for logs names what there is', () => {
  const line = renderProgressLine(view({ counts: { ...counts, D: 5, R: 2, F: 1 }, total: 9, elapsed: 3661 }));
  assert.equal(line, '1:01:01  5/9  done 5, running 2, failed 1');
});

test('a paused run says so, and how it continues', () => {
  const paused = view({ counts: { ...counts, D: 1, R: 1 }, total: 3, isPaused: true });
  assert.match(
    renderProgress(paused, 80, noPaint),
    /\npaused: no further task starts \(to continue: skep workflow continue -w 3\)$/,
  );
  assert.match(renderProgressLine(paused), /^0:00:00 {2}1\/3 .*, paused$/);
  assert.doesNotMatch(renderProgress(view({}), 80, noPaint), /paused/);
});

test('nothing is foretold of a run that is paused or over', () => {
  const outlook = { rate: 2, rest: { earliest: 1, latest: 5 } };
  const line = (changes: Partial<ProgressView>) =>
    renderProgress(view({ outlook, ...changes }), 80, noPaint).split('\n')[3] ?? '';
  assert.equal(line({ counts: { ...counts, D: 1 }, total: 3 }), '0:00:00 elapsed · 2 tasks/s · ends in 1 to 5 s');
  assert.equal(line({ counts: { ...counts, D: 1 }, total: 3, isPaused: true }), '0:00:00 elapsed · 2 tasks/s');
  assert.equal(line({ counts: { ...counts, D: 2, F: 1 }, total: 3 }), '0:00:00 elapsed · 2 tasks/s');
});
