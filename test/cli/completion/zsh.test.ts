import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderFor, HOSTILE_WORDS, lacks, quoted, runShell, script } from './shells.ts';

const skip = lacks('zsh');

/** What the script hands to the completion system of zsh for each line; the system itself lives in terminals alone. */
function complete(folder: string, lines: readonly (readonly string[])[]): string[] {
  const calls = lines.map((line) => `try ${line.map(quoted).join(' ')}`);
  const program = `compdef() { [[ $1 == _skep && $2 == skep ]] || print wrong }
compadd() { print -r -- "words \${@:2}" }
_describe() { local -a given; given=("\${(@P)@[-1]}"); print -r -- "described \${given[@]%%:*}" }
_files() { print -r -- "files $@" }
compset() { : }
${script('zsh')}
try() { words=("$@"); CURRENT=$#; _skep; print -n '\\1' }
${calls.join('\n')}`;
  return runShell(['zsh', '-f'], program, folder)
    .split('\u0001')
    .slice(0, -1)
    .map((reply) => reply.trim());
}

test('commands, options, their values and files are offered', { skip }, (context) => {
  const cases: [line: string[], reply: string][] = [
    [['skep', 'workflow', 'resources', ''], 'described usage yaml'],
    [['skep', '--data-dir', 'run', 'server', 'cluster', ''], 'described add list'],
    [['skep', 'task', 'logs', '-s', ''], 'words stdout stderr'],
    [['skep', 'task', 'logs', '--stream=st'], 'words stdout stderr'],
    [['skep', 'completion', ''], 'words bash zsh fish'],
    [['skep', 'run', 'a'], 'files'],
    [['skep', 'run', '--output-dir', ''], 'files -/'],
    [['skep', '--data-dir=a'], 'files -/'],
    [['skep', 'gui', '-'], 'described -w --workflow-id --no-browser --data-dir -v --verbose -h --help'],
    [['skep', 'run', '$HOME/a'], 'files'],
    [['skep', 'nonsense', ''], ''],
  ];
  const replies = complete(
    folderFor(context),
    cases.map(([line]) => line),
  );
  for (const [at, [line, expected]] of cases.entries()) assert.equal(replies[at], expected, line.join(' '));
});

test('nothing that was typed is run, nor handed on where zsh would run it', { skip }, (context) => {
  const folder = folderFor(context);
  const lines = HOSTILE_WORDS.flatMap((word) => [
    ...[
      ['skep', word],
      ['skep', word, ''],
      ['skep', 'run', word],
      ['skep', 'workflow', word, ''],
    ],
    ...[
      ['skep', 'workflow', 'tasks', '-s', word],
      ['skep', '--data-dir', word],
    ],
  ]);
  const replies = complete(folder, lines);
  assert.equal(existsSync(join(folder, 'pwned')), false);
  for (const [at, line] of lines.entries()) {
    if (/\$\(|`/.test(line.at(-1) ?? '')) assert.doesNotMatch(replies[at] ?? '', /files/, line.join(' '));
  }
});
