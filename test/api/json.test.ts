import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseJson } from '../../src/api/json.ts';

test('an integer that a double cannot hold becomes its decimal text, digit by digit', () => {
  const hash = '102987336249554097029535212322581322789799900648198034993379397001115665086549';
  assert.deepEqual(parseJson(`{"a":${hash},"b":[-9007199254740993],"c":"${hash}"}`), {
    a: hash,
    b: ['-9007199254740993'],
    c: hash,
  });
});

test('everything else parses as usual', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      if (/\d{16}/.test(text)) return;
      assert.deepEqual(parseJson(text), JSON.parse(text));
    }),
  );
  assert.equal(parseJson('279.0'), 279);
  assert.equal(parseJson('1e400'), Number.POSITIVE_INFINITY);
  assert.throws(() => parseJson('{"a":'), SyntaxError);
});
