import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderFor, HOSTILE_WORDS, lacks, quoted, runShell, script } from './shells.ts';

const skip = lacks('bash');

/** What each line, of words before the cursor, is completed to. */
function complete(folder: string, lines: readonly (readonly string[])[]): string[][] {
  const calls = lines.map((words) => `try ${words.map(quoted).join(' ')}`);
  const program = `${script('bash')}
try() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
  _skep
  printf '%s\\0' "\${COMPREPLY[@]}"
  printf '\\1'
}
${calls.join('\n')}`;
  return runShell(['bash', '--norc'], program, folder)
    .split('\u0001')
    .slice(0, -1)
    .map((reply) => reply.split('\0').filter(Boolean).sort());
}

test('commands, options, their values and files are completed', { skip }, (context) => {
  const folder = folderFor(context);
  for (const name of ['one file.yaml', 'other.yaml']) writeFileSync(join(folder, name), '');
  mkdirSync(join(folder, 'out'));
  const cases: [line: string[], reply: string[]][] = [
    [
      ['skep', 'wo'],
      ['worker', 'workflow'],
    ],
    [
      ['skep', 'workflow', 'res'],
      ['reset', 'resources', 'resume'],
    ],
    [
      ['skep', 'workflow', 'resources', ''],
      ['usage', 'yaml'],
    ],
    [['skep', 'server', 'cluster', 'a'], ['add']],
    [['skep', '--data-dir', 'run', 'task', 'de'], ['dependencies']],
    [['skep', '-v', 'task', 'de'], ['dependencies']],
    [['skep', 'run', '--dr'], ['--dry-run']],
    [['skep', 'run', 'x.yaml', '--json', '--fail'], ['--fail-fast']],
    [
      ['skep', 'task', 'logs', '-t', '1', '-s', ''],
      ['stderr', 'stdout'],
    ],
    [['skep', 'task', 'logs', '--stream', '=', 'stdo'], ['stdout']],
    [
      ['skep', 'task', 'logs', '--stream', '='],
      ['stderr', 'stdout'],
    ],
    [['skep', 'workflow', 'tasks', '-s', 'fa'], ['FATAL']],
    [['skep', 'workflow', 'tasks', '-s', 'DONE', 'RUNNING', 'f'], ['FATAL']],
    [['skep', 'workflow', 'tasks', '-w', ''], []],
    [
      ['skep', 'completion', ''],
      ['bash', 'fish', 'zsh'],
    ],
    [['skep', 'completion', 'bash', ''], []],
    [
      ['skep', 'run', 'o'],
      ['one file.yaml', 'other.yaml', 'out'],
    ],
    [['skep', 'run', 'other.yaml', 'o'], []],
    [['skep', 'workflow', 'report', '-o', 'other'], ['other.yaml']],
    [['skep', 'run', '--output-dir', 'o'], ['out']],
    [['skep', '--data-dir', 'o'], ['out']],
    [['skep', 'nonsense', ''], []],
  ];
  const replies = complete(
    folder,
    cases.map(([line]) => line),
  );
  for (const [at, [line, expected]] of cases.entries()) assert.deepEqual(replies[at], expected, line.join(' '));
  const [all = []] = complete(folder, [['skep', 'workflow', 'report', '-']]);
  assert.deepEqual(all, [
    '--data-dir',
    '--force',
    '--help',
    '--output',
    '--verbose',
    '--workflow-id',
    '-h',
    '-o',
    '-v',
    '-w',
  ]);
});

test('nothing that was typed is run, wherever it stands', { skip }, (context) => {
  const folder = folderFor(context);
  const lines = HOSTILE_WORDS.flatMap((word) => [
    ...[
      ['skep', word],
      ['skep', word, ''],
      ['skep', 'run', word],
      ['skep', 'run', word, '-'],
      ['skep', 'workflow', word, ''],
    ],
    ...[
      ['skep', 'workflow', 'tasks', '-s', word],
      ['skep', '--data-dir', word],
      ['skep', '--data-dir', word, 'wo'],
    ],
  ]);
  const replies = complete(folder, lines);
  assert.equal(replies.length, lines.length);
  assert.equal(existsSync(join(folder, 'pwned')), false);
  assert.deepEqual(replies.at(-1), ['worker', 'workflow']);
});
