import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { canAsk, confirm } from '../../../src/cli/output/confirm.ts';

function terminal() {
  const [input, output] = [new PassThrough(), new PassThrough()];
  return { input: Object.assign(input, { isTTY: true }), output: Object.assign(output, { isTTY: true }) };
}

test('only y and yes are a yes', async () => {
  const answers = { y: true, YES: true, ' yes ': true, '': false, n: false, yesterday: false };
  for (const [answer, expected] of Object.entries(answers)) {
    const { input, output } = terminal();
    const answered = confirm('Reset 3 tasks?', { input, output });
    input.write(`${answer}\n`);
    assert.equal(await answered, expected, JSON.stringify(answer));
    assert.match(String(output.read()), /Reset 3 tasks\? \[y\/N\] /);
  }
});

test('the end of the input and Ctrl-C are a no', async () => {
  const ended = terminal();
  const answered = confirm('Reset?', ended);
  ended.input.end();
  assert.equal(await answered, false);
  const interrupted = terminal();
  const cut = confirm('Reset?', interrupted);
  interrupted.input.write(String.fromCharCode(3));
  assert.equal(await cut, false);
});

test('where input or output is no terminal, nobody is asked', () => {
  const { input, output } = terminal();
  assert.equal(canAsk({ input, output }), true);
  assert.equal(canAsk({ input: new PassThrough(), output }), false);
  assert.equal(canAsk({ input, output: new PassThrough() }), false);
});
