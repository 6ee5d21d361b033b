import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isSkepError } from '../../src/core/errors.ts';
import { NESTING_LIMIT, reprOf, textOf } from '../../src/core/python-text.ts';

// The expected texts were printed by CPython 3.11.

test('text of numbers', () => {
  const vectors: [number | bigint, string][] = [
    [0, '0'],
    [-0, '0'],
    [42, '42'],
    [-7, '-7'],
    [9007199254740991, '9007199254740991'],
    [12345678901234567890n, '12345678901234567890'],
    [-12345678901234567890n, '-12345678901234567890'],
    [1n, '1'],
    [0.5, '0.5'],
    [-0.1, '-0.1'],
    [1.1, '1.1'],
    [0.0001, '0.0001'],
    [0.00012345, '0.00012345'],
    [0.00001, '1e-05'],
    [-0.00001, '-1e-05'],
    [1.5e-7, '1.5e-07'],
    [1.234e-100, '1.234e-100'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [2 ** 53, '9007199254740992.0'],
    [9999999999999998, '9999999999999998.0'],
    [1e16, '1e+16'],
    [-1.5e16, '-1.5e+16'],
    [1e21, '1e+21'],
    [1e22, '1e+22'],
    [Number.NaN, 'nan'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ];
  for (const [value, text] of vectors) assert.equal(textOf(value), text);
});

test('the text of a float always reads back as the same float', () => {
  const float = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(fc.property(float, (value) => Number(textOf(value)) === value));
});

test('floats take an exponent below 1e-4 and from 1e16, with a sign and two digits at least', () => {
  const shape = /^-?(?:\d{1,16}|\d{1,16}\.\d+|\d(?:\.\d+)?e[+-]\d{2,3})$/;
  const float = fc.double({ noNaN: true, noDefaultInfinity: true });
  const hasExponent = (value: number) => value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e16);
  fc.assert(
    fc.property(float, (value) => {
      const text = textOf(value);
      return shape.test(text) && text.includes('e') === hasExponent(value);
    }),
  );
});

test('a string is its own text, without quotes or escapes', () => {
  assert.equal(textOf(`it's "é"\n`), `it's "é"\n`);
  assert.equal(textOf(''), '');
  assert.equal(textOf('1.0'), '1.0');
});

test('text of constants', () => {
  assert.equal(textOf(true), 'True');
  assert.equal(textOf(false), 'False');
  assert.equal(textOf(null), 'None');
});

test('text of containers', () => {
  assert.equal(textOf([1, 'a', null, true]), "[1, 'a', None, True]");
  assert.equal(textOf([]), '[]');
  assert.equal(textOf({ a: 1, b: [0.5, { c: "it's" }] }), `{'a': 1, 'b': [0.5, {'c': "it's"}]}`);
  assert.equal(textOf({}), '{}');
  assert.equal(textOf(Object.assign(Object.create(null), { a: 1 })), "{'a': 1}");
  assert.equal(
    textOf(
      new Map<unknown, unknown>([
        [1, 'x'],
        [null, []],
      ]),
    ),
    "{1: 'x', None: []}",
  );
  assert.equal(textOf(new Set([1, 2])), '{1, 2}');
  assert.equal(textOf(new Set()), 'set()');
});

test('repr of strings: quotes', () => {
  assert.equal(reprOf('plain text'), "'plain text'");
  assert.equal(reprOf("it's"), `"it's"`);
  assert.equal(reprOf('say "x"'), `'say "x"'`);
  assert.equal(reprOf(`it's "x"`), `'it\\'s "x"'`);
});

test('repr of strings: escapes', () => {
  assert.equal(reprOf('a\\b\n\r\t'), String.raw`'a\\b\n\r\t'`);
  assert.equal(reprOf('\0\x07\x1b\x7f\x85\xa0\xad'), String.raw`'\x00\x07\x1b\x7f\x85\xa0\xad'`);
  assert.equal(reprOf('\u200b\u2028\ufeff\ue000'), String.raw`'\u200b\u2028\ufeff\ue000'`);
  assert.equal(reprOf('\u{e0001}\u{10ffff}'), String.raw`'\U000e0001\U0010ffff'`);
  assert.equal(reprOf('lone \ud83d surrogate'), String.raw`'lone \ud83d surrogate'`);
  assert.equal(reprOf('é€漢😀'), "'é€漢😀'");
});

test('what has no text is refused by name', () => {
  function double() {}
  const refusals: [unknown, RegExp][] = [
    [undefined, /undefined/],
    [[1, undefined], /undefined/],
    [new Array(1), /undefined/],
    [{ a: undefined }, /undefined/],
    [double, /function double/],
    [Symbol('s'), /Symbol\(s\)/],
    [new Date(0), /instance of Date/],
    [[/x/], /instance of RegExp/],
  ];
  for (const [value, sentence] of refusals) {
    assert.throws(
      () => textOf(value),
      (error) => isSkepError(error, 'argument_invalid') && sentence.test(error.message),
    );
  }
});

test('a value that contains itself is refused', () => {
  const list: unknown[] = [];
  list.push(list);
  assert.throws(
    () => textOf(list),
    (error) => isSkepError(error, 'argument_invalid'),
  );
});

test('nesting is allowed up to the limit', () => {
  let value: unknown[] = [];
  for (let depth = 1; depth < NESTING_LIMIT; depth += 1) value = [value];
  assert.equal(textOf(value), '['.repeat(NESTING_LIMIT) + ']'.repeat(NESTING_LIMIT));
  assert.throws(
    () => textOf([value]),
    (error) => isSkepError(error, 'argument_invalid'),
  );
});
