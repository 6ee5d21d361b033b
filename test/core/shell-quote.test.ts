import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { shellQuote } from '../../src/core/shell-quote.ts';

test('a shell reads back exactly what was quoted', () => {
  const words = ['', 'plain', 'a b', "it's", '$HOME `id` $(id)', '"', '\\', '*', '\n', '~', '#x', '-n', 'ä;ö', "''"];
  const printed = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${words.map(shellQuote).join(' ')}`], {
    encoding: 'utf8',
  });
  assert.deepEqual(printed.split('\0').slice(0, -1), words);
});

test('plain words stay readable', () => {
  assert.equal(shellQuote('mProject_ID0000006'), 'mProject_ID0000006');
});
