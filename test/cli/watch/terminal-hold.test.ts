import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { holdTerminal } from '../../../src/cli/watch/terminal-hold.ts';

/** Held by something that writes down what happened, on streams and a process that only the test has. */
function held({ isTTY = true } = {}) {
  const happened: string[] = [];
  const note = (word: string) => (value?: unknown) =>
    void happened.push([word, value].filter((part) => part !== undefined).join(' '));
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: note('raw') });
  const output = new EventEmitter();
  const source = Object.assign(new EventEmitter(), {
    kill: (pid: number, signal?: string | number) => {
      happened.push(`kill ${pid} ${signal}`);
      return true as const;
    },
  });
  const release = holdTerminal({
    ...{ input, output, process: source as never },
    onKey: ({ name, sequence }) => void happened.push(`key ${name ?? sequence}`),
    onResize: note('resize'),
    onStop: note('stop'),
    onSuspend: note('suspended'),
    onExit: note('exit'),
  });
  const taken = async () => {
    await turn();
    return happened.splice(0);
  };
  return { input, output, source, release, taken };
}

test('keys come one by one, with those of the terminal itself told apart', async () => {
  const { input, output, taken } = held();
  assert.deepEqual(await taken(), ['raw true']);
  input.write('j?\u001b[A\u0003\u000c');
  assert.deepEqual(await taken(), ['key j', 'key ?', 'key up', 'stop 130', 'resize']);
  output.emit('resize');
  assert.deepEqual(await taken(), ['resize']);
});

test('Ctrl-Z gives the terminal back, stops the whole job, and takes it again when it goes on', async () => {
  const { input, source, taken } = held();
  await taken();
  input.write('\u001a');
  assert.deepEqual(await taken(), ['raw false', 'suspended true', 'kill 0 SIGTSTP']);
  source.emit('SIGCONT');
  assert.deepEqual(await taken(), ['raw true', 'suspended false']);
});

test('signals and the end of the process are told, until the terminal is let go', async () => {
  const { input, output, source, release, taken } = held();
  await taken();
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM', 'exit']) source.emit(signal);
  assert.deepEqual(await taken(), ['stop 129', 'stop 130', 'stop 143', 'exit']);
  release();
  assert.deepEqual(await taken(), ['raw false']);
  for (const event of source.eventNames()) source.emit(event);
  output.emit('resize');
  input.write('j');
  assert.deepEqual(await taken(), []);
  assert.equal(input.isPaused(), true);
});

test('input that is no terminal is left alone', async () => {
  const { input, release, taken } = held({ isTTY: false });
  input.end('q');
  const ended = once(input, 'end');
  input.resume();
  await ended;
  release();
  assert.deepEqual(await taken(), []);
});
