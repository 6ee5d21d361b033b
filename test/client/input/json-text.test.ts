import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseJsonText } from '../../../src/client/input/json-text.ts';
import { SkepError } from '../../../src/core/errors.ts';

test('the place of every kind of error is named', () => {
  const cases: [text: string, place: string, reason: RegExp][] = [
    ['', '1:1', /file is empty/],
    ['{"a": 1', '1:8', /cut off/],
    ['{\n  "a": [1,\n  2', '3:4', /cut off/],
    ['{\n "a" 1}', '2:6', /Expected ':'/],
    ['{"a": tru}', '1:7', /Unexpected token/],
    ['[1, 2,, 3]', '1:7', /Unexpected token/],
    ['[1]x', '1:4', /after JSON/],
    ['{"a": 01}', '1:7', /Unexpected number/],
    ['{"a": 1,}', '1:9', /property name/],
    ['{"a": 1]', '1:8', /Expected ','/],
  ];
  for (const [text, place, reason] of cases) {
    assert.throws(
      () => parseJsonText(text, 'in.json'),
      (error: unknown) => {
        assert.ok(error instanceof SkepError && error.code === 'input_malformed');
        assert.ok(error.message.startsWith(`in.json:${place}: `), `${JSON.stringify(text)} → ${error.message}`);
        assert.match(error.message, reason);
        return true;
      },
    );
  }
});

test('nesting beyond the call stack is an error, not a crash', () => {
  assert.throws(() => parseJsonText('['.repeat(200_000), 'in.json'), /in\.json:1:200001: .*cut off/);
});

test('a cut-off document is reported within what is left of it, wherever it was cut', () => {
  fc.assert(
    fc.property(fc.object(), fc.nat(), (value, seed) => {
      const text = JSON.stringify(value);
      const cut = text.slice(0, seed % text.length);
      assert.throws(
        () => parseJsonText(cut, 'in.json'),
        (error: unknown) => {
          const [, line, column] = /^in\.json:(\d+):(\d+): /.exec((error as Error).message) ?? [];
          assert.equal(line, '1');
          assert.ok(Number(column) >= 1 && Number(column) <= cut.length + 1);
          return true;
        },
      );
    }),
    { numRuns: 300 },
  );
});
