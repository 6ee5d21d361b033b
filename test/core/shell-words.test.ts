import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { quotedWords, wordsOfSimpleCommand } from '../../src/core/shell-words.ts';

const SIMPLE = [
  'echo a',
  `printf %s 'a b' "c d" e\\ f x'y'"z" ''`,
  `echo "a \\"b\\" \\$c" a=b /x:y,z@1% # a comment`,
  `  echo   ^  `,
  String.raw`echo "\\" 'it'\''s'`,
];

test('words are those that a shell makes', () => {
  for (const command of SIMPLE) {
    const words = wordsOfSimpleCommand(command)?.slice(1);
    const given = execFileSync('sh', ['-c', `set -- ${command.trim().replace(/^\S+/, '')}\nprintf '%s\\0' "$@"`], {
      encoding: 'utf8',
    });
    assert.deepEqual(words, given.split('\0').slice(0, -1), command);
  }
});

test('what is more than one program with arguments has no words', () => {
  const others = [
    'a; b',
    'a | b',
    'a $x',
    'a `b`',
    'a "$x"',
    'a > b',
    'a *',
    'a ~',
    'X=1 a',
    'a\nb',
    "a 'b",
    'a {b,c}',
  ];
  for (const command of [...others, '', '# a', 'if a', '! a', 'a &', '[ a ]', 'a # b\nc']) {
    assert.equal(wordsOfSimpleCommand(command), undefined, command);
  }
});

test('quotes hold words together, and nothing else has a meaning', () => {
  assert.deepEqual(quotedWords(` a 'b c' d"e f"g $x \n ; `), ['a', 'b c', 'de fg', '$x', ';']);
  assert.deepEqual(quotedWords(' '), []);
  assert.equal(quotedWords('a "b'), undefined);
});
