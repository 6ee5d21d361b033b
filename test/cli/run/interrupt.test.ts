import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { watchInterrupts } from '../../../src/cli/run/interrupt.ts';

function watch(isTTY: boolean) {
  const source = new EventEmitter();
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = Object.assign(new PassThrough(), { isTTY });
  const questions: boolean[] = [];
  let stops = 0;
  const interrupts = watchInterrupts({
    input,
    output,
    onQuestion: (open) => questions.push(open),
    onStop: () => stops++,
    process: source as unknown as NodeJS.Process,
  });
  return { source, input, interrupts, questions, stops: () => stops };
}

test('without a terminal the first signal stops, with the exit code of the signal', () => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    const { source, interrupts, stops } = watch(false);
    source.emit(signal, signal);
    source.emit(signal, signal);
    assert.equal(interrupts.signal.aborted, true);
    assert.equal(interrupts.exitCode, code);
    assert.equal(stops(), 1);
    interrupts.dispose();
    assert.equal(source.listenerCount(signal), 0);
  }
});

test('on a terminal the first Ctrl-C asks, and yes stops', async () => {
  const { source, input, interrupts, questions } = watch(true);
  source.emit('SIGINT', 'SIGINT');
  assert.equal(interrupts.signal.aborted, false);
  assert.deepEqual(questions, [true]);
  input.write('y\n');
  while (questions.length < 2) await new Promise(setImmediate);
  assert.equal(interrupts.signal.aborted, true);
  assert.equal(interrupts.exitCode, 130);
  assert.deepEqual(questions, [true, false]);
  interrupts.dispose();
});

test('no goes on, and the next Ctrl-C asks again', async () => {
  const { source, input, interrupts, questions } = watch(true);
  source.emit('SIGINT', 'SIGINT');
  input.write('n\n');
  while (questions.length < 2) await new Promise(setImmediate);
  assert.equal(interrupts.signal.aborted, false);
  source.emit('SIGINT', 'SIGINT');
  assert.deepEqual(questions, [true, false, true]);
  interrupts.dispose();
});

test('a second Ctrl-C, or a SIGTERM, does not wait for the answer', () => {
  for (const second of ['SIGINT', 'SIGTERM']) {
    const { source, interrupts } = watch(true);
    source.emit('SIGINT', 'SIGINT');
    source.emit(second, second);
    assert.equal(interrupts.signal.aborted, true);
    interrupts.dispose();
  }
});

test('when nothing is left to lose, nobody is asked', () => {
  const { source, interrupts, questions } = watch(true);
  interrupts.stopAsking();
  source.emit('SIGINT', 'SIGINT');
  assert.equal(interrupts.signal.aborted, true);
  assert.deepEqual(questions, []);
  interrupts.dispose();
});
