import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBody } from '../../../src/server/edge/parse-body.ts';

test('as many values as there may be tasks are parsed; many more are refused before that', () => {
  const list = (count: number) => `{"ids":[${'7,'.repeat(count - 1)}7]}`;
  assert.equal((parseBody(list(1_000_000)).ids as number[]).length, 1_000_000);
  assert.throws(() => parseBody(list(2_000_001)), { status: 413, message: /more than 2000000 values/ });
  assert.throws(() => parseBody(`{"hashes":[${'98765432109876543210,'.repeat(100_000)}1]}`), { status: 413 });
});

test('a NUL becomes the replacement character, in names too', () => {
  assert.deepEqual(parseBody('{"a\\u0000":["\\u0000b","\\\\u0000"]}'), { 'a\ufffd': ['\ufffdb', '\\u0000'] });
});

test('half a character becomes the replacement character, in names too, and an escaped escape stays', () => {
  assert.deepEqual(parseBody('{"\\ud800":["\\udfff\\ud83d\\ude00","\\\\ud800"]}'), {
    '\ufffd': ['\ufffd\u{1f600}', '\\ud800'],
  });
  assert.deepEqual(Object.keys(parseBody('{"__proto__":{"\\ud800":1}}')), ['__proto__']);
});
