import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseJson, parseScannedJson } from '../../src/api/json.ts';
import { scanJson } from '../../src/api/json-scan.ts';

/** What the parser says itself about each number: slow, and without doubt. */
function parsedWithReviver(text: string): unknown {
  const revive = (_key: string, value: unknown, { source }: { source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? '') ? source : value;
  return JSON.parse(text, revive as (key: string, value: unknown) => unknown);
}

/** JSON texts with integers of all lengths, blanks, escapes, and texts that look like JSON. */
const jsonText = fc.letrec<{ value: string; blank: string }>((tie) => ({
  blank: fc.constantFrom('', ' ', '\n', '\t \r'),
  value: fc
    .tuple(
      tie('blank'),
      fc.oneof(
        { maxDepth: 4 },
        fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String),
        fc.bigInt({ min: 2n ** 53n - 2n, max: 2n ** 53n + 2n }).map(String),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
        fc.constantFrom('true', 'null', '1234567890123456789.5', '1234567890123456789e3', '"[12345678901234567890]"'),
        fc.string({ unit: 'binary' }).map((value) => JSON.stringify(value)),
        fc.constantFrom('"\\\\"', '"\\""', '"\\\\\\""', '":12345678901234567890"', '"{,"'),
        fc.array(tie('value'), { maxLength: 4 }).map((parts) => `[${parts.join()}]`),
        fc
          .array(fc.tuple(fc.string({ unit: 'binary' }), tie('value')), { maxLength: 4 })
          .map((parts) => `{${parts.map(([key, part]) => `${JSON.stringify(key)}:${part}`).join()}}`),
      ),
      tie('blank'),
    )
    .map((parts) => parts.join('')),
})).value;

test('big integers are found wherever they stand, and nothing else is touched', () => {
  fc.assert(
    fc.property(jsonText, (text) => {
      assert.deepEqual(parseScannedJson(text, scanJson(text)), parsedWithReviver(text));
      assert.deepEqual(parseJson(text), parsedWithReviver(text));
    }),
    { numRuns: 2000 },
  );
});

test('what is no JSON stays so', () => {
  const big = '98765432109876543210';
  const broken = [`{${big}:1}`, `{"a":1,${big}:1}`, `[1 ${big}]`, `[00${big}]`, `[-0${big}]`, `[${big}`, `["${big}]`];
  for (const text of [...broken, `[+${big}]`, `[--${big}]`, `[${big}${big}.]`, `${big} ${big}`, `[${big}e]`]) {
    assert.throws(() => parseScannedJson(text, scanJson(text)), SyntaxError, text);
  }
});

test('it counts values and levels, and stops where there are too many', () => {
  const { values, depth } = scanJson('{"a":[1,2,{"b":"[[,,"}],"c":3}');
  assert.deepEqual([values, depth], [6, 3]);
  const limits = { values: 10, depth: 10 };
  assert.equal(scanJson('['.repeat(1000), limits).depth, 11);
  assert.equal(scanJson(`[${'1,'.repeat(1000)}1]`, limits).values, 11);
});
