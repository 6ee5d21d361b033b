import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isSkepError } from '../../src/core/errors.ts';
import { type LiteralValue, parseLiteral, writeLiteral } from '../../src/core/python-literal.ts';

function reads(text: string, value: LiteralValue): void {
  assert.deepEqual(parseLiteral(text), value, text);
}

function refuses(text: string, sentence: RegExp = /Not a literal/): void {
  const isExpected = (error: unknown) => isSkepError(error, 'literal_malformed') && sentence.test(error.message);
  assert.throws(() => parseLiteral(text), isExpected, text);
}

test('queue parameters and scales as the wire has them', () => {
  reads('{"cores": (1,20)}', { cores: [1, 20] });
  reads("{'memory': 0.5, 'runtime': [1, 2.5]}", { memory: 0.5, runtime: [1, 2.5] });
  reads("['long.q', 'all.q']", ['long.q', 'all.q']);
  reads('None', null);
  reads('{"a": {"b": [true, false, null]}}', { a: { b: [true, false, null] } });
});

test('containers', () => {
  reads('[]', []);
  reads('[1, 2,]', [1, 2]);
  reads('()', []);
  reads("('x',)", ['x']);
  reads("('x')", 'x');
  reads('(None)', null);
  reads('(1, (2, 3))', [1, [2, 3]]);
  reads('{}', {});
  reads('{1, 2, 1}', [1, 2]);
  reads('set()', []);
  reads(' \n[ 1 ,\r\n\t{ "a" : 2 , } ] \n', [1, { a: 2 }]);
  reads("{1: 'a', None: 'b', True: 'c', 0.5: 'd'}", { '1': 'a', None: 'b', True: 'c', '0.5': 'd' });
  reads("{'a': 1, 'a': 2}", { a: 2 });
});

test('numbers', () => {
  reads('0', 0);
  reads('00', 0);
  reads('-0', 0);
  reads('- 5', -5);
  reads('+5', 5);
  reads('1_000', 1000);
  reads('0x_ff', 255);
  reads('-0b101', -5);
  reads('0o17', 15);
  reads('1.5e-07', 1.5e-7);
  reads('1e+16', 1e16);
  reads('.5', 0.5);
  reads('5.', 5);
  reads('-0.0', -0);
  reads('1_0.0_1', 10.01);
  reads('9007199254740991', 9007199254740991);
  reads('9007199254740992', 9007199254740992n);
  reads('-9007199254740993', -9007199254740993n);
  reads('1e400', Number.POSITIVE_INFINITY);
});

test('malformed numbers', () => {
  for (const text of [
    '1__0',
    '1_',
    '_1',
    '012',
    '1a',
    '1..2',
    '1.2.3',
    '0x',
    '1e',
    '--1',
    '-',
    '.',
    '1j',
    '1 2',
    '1-2',
  ]) {
    refuses(text);
  }
  reads('9'.repeat(4300), BigInt('9'.repeat(4300)));
  refuses('9'.repeat(4301));
  refuses('9'.repeat(10_000_000));
});

test('strings', () => {
  reads(`'it"s'`, 'it"s');
  reads(`"it's"`, "it's");
  reads(String.raw`'it\'s \"x\"'`, `it's "x"`);
  reads(String.raw`'\\ \n\r\t\b\f\a\v'`, '\\ \n\r\t\b\f\x07\v');
  reads(String.raw`'\x41\u00e9\U0001F600\101\0'`, 'Aé😀A\0');
  reads(String.raw`"\ud83d\ude00"`, '😀');
  reads(String.raw`"a\/b"`, 'a/b');
  reads(String.raw`'\d\X41'`, String.raw`\d\X41`);
  reads("'a\\\nb'", 'ab');
  reads(`['a' "b"\n'c', 'd']`, ['abc', 'd']);
  reads("'é漢'", 'é漢');
});

test('malformed strings', () => {
  for (const text of [
    "'",
    "'a",
    `'a"`,
    "'a\nb'",
    "'\\'",
    "'\\x4'",
    "'\\u12'",
    "'\\U00110000'",
    "'\\U01000041'",
    "'\\N{DASH}'",
    "'''a'''",
  ]) {
    refuses(text);
  }
});

test('malformed containers and words', () => {
  const texts = [
    '',
    ' ',
    '[',
    '[,]',
    '[1 2]',
    '[1,,2]',
    '(,)',
    '{,}',
    "{'a'}}",
    "{'a': 1, 'b'}",
    "{'a', 'b': 1}",
    '(1]',
  ];
  for (const text of texts) refuses(text);
  for (const text of ['nope', 'none', 'NaN', 'set', 'True1', 'f(1)', '__import__', '{[1]: 2}', '{{}: 1}', '# x'])
    refuses(text);
});

test('an error names position, reason and surroundings', () => {
  refuses("{'memory': 0.5, 'runtime': oops}", /expected a value at position 27, in ".*oops\}"/);
  refuses('[1, 2', /expected "," or "\]" at position 5/);
});

test('a key named __proto__ is data', () => {
  const value = parseLiteral('{"__proto__": {"polluted": 1}, "constructor": 2}');
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.deepEqual(Object.keys(value as object), ['__proto__', 'constructor']);
  assert.equal((value as { polluted?: number }).polluted, undefined);
  assert.equal(writeLiteral(value), "{'__proto__': {'polluted': 1}, 'constructor': 2}");
});

test('nesting is bounded', () => {
  assert.doesNotThrow(() => parseLiteral('['.repeat(200) + ']'.repeat(200)));
  refuses('['.repeat(201) + ']'.repeat(201), /deeper than 200/);
  refuses('{"a":('.repeat(100_000), /deeper than 200/);
  // Siblings do not add up.
  assert.doesNotThrow(() => parseLiteral(`[${'[],'.repeat(1000)}]`));
});

test('writes what repr writes', () => {
  assert.equal(writeLiteral({ memory: 0.5 }), "{'memory': 0.5}");
  assert.equal(writeLiteral(['a', 'b']), "['a', 'b']");
  assert.equal(writeLiteral({ a: null, b: true, c: [1e-5] }), "{'a': None, 'b': True, 'c': [1e-05]}");
});

test('refuses to write what cannot be read', () => {
  for (const value of [Number.NaN, [Number.POSITIVE_INFINITY], { a: { b: Number.NEGATIVE_INFINITY } }]) {
    assert.throws(
      () => writeLiteral(value),
      (error) => isSkepError(error, 'invalid_usage'),
    );
  }
});

const text = fc.string({ unit: 'binary' });
const key = fc.oneof(text, fc.constantFrom('__proto__', 'constructor', '', "'", '"', '1'));

const { jsonLike } = fc.letrec<{ jsonLike: LiteralValue }>((tie) => ({
  jsonLike: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, true, false),
    fc.integer(),
    fc.bigInt().filter((value) => !Number.isSafeInteger(Number(value))),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
    text,
    fc.array(tie('jsonLike')),
    fc.dictionary(key, tie('jsonLike'), { noNullPrototype: true }),
  ),
}));

test('what is written reads back as the same value', () => {
  fc.assert(fc.property(jsonLike, (value) => assert.deepEqual(parseLiteral(writeLiteral(value)), value)));
});

/** Whether JSON.parse keeps every number of the text: it rounds long integers, which the reader does not. */
function isExact(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isInteger(value) || Number.isSafeInteger(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isExact);
}

test('JSON reads as JSON.parse reads it', () => {
  const value = fc.jsonValue({ stringUnit: 'binary' }).filter(isExact);
  fc.assert(
    fc.property(value, fc.constantFrom(0, 2), (data, indent) => {
      const json = JSON.stringify(data, null, indent);
      assert.deepEqual(parseLiteral(json), JSON.parse(json));
    }),
  );
});

test('any text is read or refused, never anything else', () => {
  const piece = fc.constantFrom(...`[](){}',:"\\ 019._eE+-xuN\n`, 'True', 'null', 'set()', "'a'", '1.5');
  const scrap = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(scrap, (input) => {
      try {
        parseLiteral(input);
      } catch (error) {
        assert.ok(isSkepError(error, 'literal_malformed'), String(error));
      }
    }),
    { numRuns: 2000 },
  );
});
