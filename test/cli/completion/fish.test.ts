import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderFor, HOSTILE_WORDS, lacks, runShell, script } from './shells.ts';

const skip = lacks('fish');

/** What each line is completed to, without the descriptions. */
function complete(folder: string, lines: readonly string[]): string[][] {
  const calls = lines.map((line) => `complete -C ${quoted(line)}; printf '\\1'`);
  return runShell(['fish', '--no-config'], `${script('fish')}\n${calls.join('\n')}`, folder)
    .split('\u0001')
    .slice(0, -1)
    .map((reply) =>
      reply
        .split('\n')
        .flatMap((row) => row.split('\t')[0] || [])
        .sort(),
    );
}

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

test('commands, options, their values and files are completed', { skip }, (context) => {
  const folder = folderFor(context);
  writeFileSync(join(folder, 'other.yaml'), '');
  mkdirSync(join(folder, 'out'));
  const cases: [line: string, reply: string[]][] = [
    ['skep wo', ['worker', 'workflow']],
    ['skep workflow res', ['reset', 'resources', 'resume']],
    ['skep workflow resources ', ['usage', 'yaml']],
    ['skep --data-dir run task de', ['dependencies']],
    ['skep run --dry', ['--dry-run']],
    ['skep task logs -t 1 -s ', ['stderr', 'stdout']],
    ['skep task logs --stream=stdo', ['--stream=stdout']],
    ['skep workflow tasks -s FA', ['FATAL']],
    ['skep workflow tasks -w ', []],
    ['skep completion ', ['bash', 'fish', 'zsh']],
    ['skep run o', ['other.yaml', 'out/']],
    ['skep workflow report -o oth', ['other.yaml']],
    ['skep run --output-dir o', ['out/']],
  ];
  const replies = complete(
    folder,
    cases.map(([line]) => line),
  );
  for (const [at, [line, expected]] of cases.entries()) assert.deepEqual(replies[at], expected, line);
});

test('nothing that was typed is run, wherever it stands', { skip }, (context) => {
  const folder = folderFor(context);
  const words = [...HOSTILE_WORDS, '(touch pwned)', '(touch pwned)/'];
  const lines = words.flatMap((word) => [
    `skep ${word}`,
    `skep run ${word}`,
    `skep ${word} `,
    `skep task logs -s ${word}`,
  ]);
  assert.equal(complete(folder, lines).length, lines.length);
  assert.equal(existsSync(join(folder, 'pwned')), false);
});
