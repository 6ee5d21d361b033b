import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocksOf, fileNameOf } from './blocks.ts';
import { differenceOf } from './output.ts';

const FENCE = '```';

test('fences are found with their marks, names and hidden commands, also in lists', () => {
  const page = `# A page
<!-- another comment -->
<!-- test: run mkdir a
cd a -->
<!-- test: exit 2 -->

${FENCE}sh
false
${FENCE}

- in a list:

  ${FENCE}yaml
  # some.yaml
  a: 1
  ${FENCE}
`;
  const [hidden, shell, listed, ...more] = blocksOf(page);
  assert.deepEqual(hidden, { line: 3, language: 'sh', text: 'mkdir a\ncd a\n', marks: { run: 'mkdir a\ncd a' } });
  assert.deepEqual(shell, { line: 7, language: 'sh', text: 'false\n', marks: { exit: '2' } });
  assert.deepEqual(listed?.text, '# some.yaml\na: 1\n');
  assert.equal(listed && fileNameOf(listed), 'some.yaml');
  assert.deepEqual(more, []);
});

test('a word behind the language names a file', () => {
  const [named] = blocksOf(`${FENCE}text jobs.txt\necho one\n${FENCE}\n`);
  assert.deepEqual(named, { line: 1, language: 'text', text: 'echo one\n', marks: { file: 'jobs.txt' } });
});

test('marks that mean nothing are errors that name their line', () => {
  const block = `\n${FENCE}sh\ntrue\n${FENCE}\n`;
  assert.throws(() => blocksOf(`text\n<!-- test: skipp it -->${block}`), /line 2: unknown mark "skipp"/);
  assert.throws(() => blocksOf(`<!-- test: skip -->${block}`), /line 1: the mark "skip" needs a value/);
  assert.throws(() => blocksOf(`<!-- test: exit 1 -->\ntext${block}`), /line 2: no fence follows the mark "exit"/);
  assert.throws(() => blocksOf(`${FENCE}sh\ntrue\n`), /line 1: this fence does not end/);
});

test('output is compared to the letter, but for what is said to vary', () => {
  assert.equal(differenceOf('a\nb\n', 'a\nb\n', undefined), '');
  assert.match(
    differenceOf('a\n', 'a\nb\n', undefined),
    /The page shows\n {2}\| a\nbut the commands wrote\n {2}\| a\n {2}\| b/,
  );
  assert.equal(differenceOf('…\nlast …\n', 'one\ntwo\nlast line\n', undefined), '');
  assert.notEqual(differenceOf('…\nlast\n', 'one\nlast\nmore\n', undefined), '');
  assert.equal(differenceOf('in 0:00:01, 3 tasks', 'in 0:12:34, 3 tasks', 'times'), '');
  assert.notEqual(differenceOf('in 0:00:01, 3 tasks', 'in 0:12:34, 4 tasks', 'times'), '');
  assert.equal(differenceOf('ID   1', 'ID  12', 'numbers'), '');
  assert.throws(() => differenceOf('a', 'a', 'moods'), /"moods" is nothing that varies/);
});
