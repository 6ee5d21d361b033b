import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../src/core/clock.ts';
import { Onlookers, type Output } from '../../src/server/onlookers.ts';

const NEVER = new AbortController().signal;

function scene() {
  let now = 0;
  const onlookers = new Onlookers({ ...systemClock, monotonic: () => now });
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  return { onlookers, pass };
}

function output(text: string, ended = false): Output {
  const stream = { text, until: text.length };
  return { stdout: stream, stderr: stream, ended };
}

test('a worker that waits hears at once of somebody who looks, and another one does not', async () => {
  const { onlookers } = scene();
  const leaving = new AbortController();
  const hears = onlookers.awaitLooks('1 on a', 60, NEVER);
  const other = onlookers.awaitLooks('2 on a', 60, leaving.signal);
  onlookers.look(7, '1 on a');
  assert.deepEqual(await hears, [7]);
  assert.deepEqual(await onlookers.awaitLooks('1 on a', 60, NEVER), [7], 'who comes later need not wait');
  leaving.abort();
  assert.deepEqual(await other, []);
});

test('without anybody a wait ends when its time is up', async () => {
  const { onlookers } = scene();
  assert.deepEqual(await onlookers.awaitLooks('w', 0.01, NEVER), []);
  assert.deepEqual(await onlookers.awaitLooks('w', 0, NEVER), []);
});

test('its end ends all waits, present and future', async () => {
  const { onlookers } = scene();
  onlookers.look(7, 'other');
  const waits = [onlookers.awaitLooks('w', 60, NEVER), onlookers.awaitOutput(7, 60, NEVER)];
  onlookers.close();
  assert.deepEqual(await Promise.all(waits), [[], undefined]);
  assert.deepEqual(await onlookers.awaitLooks('w', 60, NEVER), []);
});

test('who does not look again is forgotten, and so is what was shown', async () => {
  const { onlookers, pass } = scene();
  onlookers.look(7, 'w');
  onlookers.show(7, output('hello'));
  pass(9000);
  assert.deepEqual(onlookers.watchedAmong([6, 7, 8]), [7]);
  pass(2000);
  assert.deepEqual(onlookers.watchedAmong([7]), []);
  assert.equal(onlookers.outputOf(7)?.stdout.text, 'hello');
  pass(60_000);
  onlookers.look(8, 'w');
  assert.equal(onlookers.outputOf(7), undefined);
});

test('nothing is kept of what nobody looks at, and never more than two hundred', () => {
  const { onlookers } = scene();
  onlookers.show(1, output('unasked'));
  assert.equal(onlookers.outputOf(1), undefined);
  for (let id = 1; id <= 300; id++) {
    onlookers.look(id, 'w');
    onlookers.show(id, output('text'));
  }
  const kept = Array.from({ length: 300 }, (_, index) => index + 1).filter((id) => onlookers.outputOf(id));
  assert.ok(kept.length <= 200, String(kept.length));
  assert.equal(kept.at(-1), 300);
});

test('the first look waits for what is shown; a command that has ended need not be shown again', async () => {
  const { onlookers } = scene();
  onlookers.look(7, 'w');
  const first = onlookers.awaitOutput(7, 60, NEVER);
  onlookers.show(7, output('all', true));
  assert.equal((await first)?.stdout.text, 'all');
  assert.deepEqual(onlookers.watchedAmong([7]), []);
  assert.equal(await onlookers.awaitOutput(99, 60, NEVER), undefined, 'nobody has looked at it');
});
