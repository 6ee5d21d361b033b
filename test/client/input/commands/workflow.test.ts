import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCommandList } from '../../../../src/client/input/commands/workflow.ts';

const read = (text: string, workDirectory?: string) =>
  readCommandList(text, 'jobs.txt', { environment: {}, ...(workDirectory !== undefined && { workDirectory }) });

test('each line is a task, the same command twice is two', () => {
  const { workflow } = read('gzip a\n\n  # a comment\ngzip a\r\necho b \\\n  c\n');
  workflow.validateGraph();
  assert.deepEqual(
    workflow.tasks.map(({ name, command }) => [name, command]),
    [
      ['line_1', 'gzip a # line_1'],
      ['line_4', 'gzip a # line_4'],
      ['line_5', 'echo b   c # line_5'],
    ],
  );
  assert.equal(workflow.name, 'jobs');
});

test('with a work directory, commands run there', () => {
  assert.equal(
    read('a || b\n', "/it's here").workflow.tasks[0]?.command,
    "cd '/it'\\''s here' || exit\na || b # line_1",
  );
});

test('another text is another workflow, the same text the same', () => {
  const argsOf = (text: string) => read(text).workflow.workflowArgs;
  assert.equal(argsOf('a'), argsOf('a'));
  assert.notEqual(argsOf('a'), argsOf('b'));
});

test('100,000 lines are 100,000 tasks', () => {
  const text = Array.from({ length: 100_000 }, (_, index) => `echo ${index}`).join('\n');
  assert.equal(read(text).workflow.tasks.length, 100_000);
});

test('what is no list of commands is refused with its line', () => {
  for (const text of ['', '\n\r\n', '# only a comment']) {
    assert.throws(() => read(text), { code: 'input_malformed', message: 'jobs.txt holds no command.' });
  }
  assert.throws(() => read('a\nb\u0001\n'), { message: /^jobs\.txt:2: the line holds a control character/ });
  assert.throws(() => read('a\nb \\\n'.trimEnd()), { message: /^jobs\.txt:2: the last line ends with a backslash/ });
});
