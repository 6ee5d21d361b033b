import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { createProgressDisplay } from '../../../src/cli/run/progress-display.ts';
import type { ProgressView } from '../../../src/cli/run/progress-view.ts';
import type { Clock } from '../../../src/core/clock.ts';

/** A clock whose timers fire when the test says so. */
function manualClock() {
  const timers: { time: number; action: () => void }[] = [];
  let now = 0;
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    sleep: async () => {},
    after(milliseconds, action) {
      const timer = { time: now + milliseconds, action };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), timers.includes(timer) ? 1 : 0);
    },
  };
  const advance = (milliseconds: number) => {
    now += milliseconds;
    for (const timer of timers.filter(({ time }) => time <= now)) {
      timers.splice(timers.indexOf(timer), 1);
      timer.action();
    }
  };
  return { clock, advance, timers };
}

const viewOf = (done: number, elapsed = 0): ProgressView => ({
  name: 'w',
  workflowId: 1,
  counts: { G: 9 - done, Q: 0, I: 0, O: 0, R: 0, D: done, E: 0, A: 0, F: 0 },
  total: 9,
  elapsed,
  outlook: undefined,
  failures: [],
  isPaused: false,
  remark: '',
});

function capture() {
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (chunk) => {
    text += chunk;
  });
  return { stream, lines: () => text.split('\n').slice(0, -1) };
}

test('a log gets the first state at once, the newest after a while, and the last at the end', () => {
  const { clock, advance, timers } = manualClock();
  const { stream, lines } = capture();
  const display = createProgressDisplay(stream, false, clock);
  display.show(viewOf(0));
  display.show(viewOf(1));
  display.show(viewOf(2));
  assert.deepEqual(
    lines().map((line) => line.slice(9, 12)),
    ['0/9'],
  );
  advance(5000);
  assert.deepEqual(
    lines().map((line) => line.slice(9, 12)),
    ['0/9', '2/9'],
  );
  display.show(viewOf(9));
  display.end();
  assert.deepEqual(
    lines().map((line) => line.slice(9, 12)),
    ['0/9', '2/9', '9/9'],
  );
  assert.equal(timers.length, 0, 'a timer would keep the process alive');
});

test('time alone is no news for a log', () => {
  const { clock, advance } = manualClock();
  const { stream, lines } = capture();
  const display = createProgressDisplay(stream, false, clock);
  display.show(viewOf(3, 1));
  advance(5000);
  display.show(viewOf(3, 6));
  display.end();
  assert.equal(lines().length, 1);
});
