/** Values that break programs which did not expect them, and JSON texts that no library would write. */
import fc from 'fast-check';

/**
 * What is too large to be generated, printed and shrunk stands in a request as a sign, as a JSON string of its own, and is
 * written out when the request is sent.
 */
const SIGNS: Readonly<Record<string, () => string>> = {
  'one megabyte': () => JSON.stringify('x'.repeat(1 << 20)),
  'one megabyte of NUL': () => JSON.stringify('\0'.repeat(1 << 18)),
  'hundred thousand ids': () => `[${Array.from({ length: 100_000 }, (_, index) => index + 1).join()}]`,
  'one id, fifty thousand times': () => `[${'1,'.repeat(49_999)}1]`,
  'nested a hundred thousand times': () => '['.repeat(100_000) + ']'.repeat(100_000),
  'nested ninety times': () => `${'[{"a":'.repeat(45)}1${'}]'.repeat(45)}`,
  'ten thousand keys': () => `{${Array.from({ length: 10_000 }, (_, index) => `"${index}":${index}`).join()}}`,
  'number 2^53 + 1': () => '9007199254740993',
  'number of 78 digits': () => '115792089237316195423570985008687907853269984665640564039457584007913129639935',
  'number beyond all': () => '1e999',
  'number of 4000 digits': () => '9'.repeat(4000),
  'number -0.0': () => '-0.0',
};

const sign = (name: keyof typeof SIGNS) => `‹${name}›`;
const SIGN = /"‹([^›]+)›"/g;

/** Writes out the signs in JSON text. */
export function writtenOut(json: string): string {
  return json.replace(SIGN, (text, name: string) => SIGNS[name]?.() ?? text);
}

const names = Object.keys(SIGNS);
const numbers = names.filter((name) => name.startsWith('number')).map(sign);
const large = names.filter((name) => !name.startsWith('number')).map(sign);

export const HOSTILE_TEXTS = [
  '',
  ' ',
  '\0',
  'before\0after',
  '\ud800',
  'half \udfff a character',
  '\u001b[31mred\u001b[2J',
  '<script>alert(1)</script>',
  "'; drop table task; --",
  '%',
  '_%\\',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  'a\r\nset-cookie: a=b',
  'NaN',
  'Infinity',
  'null',
  '0x10',
  '1e5',
  '1.0',
  '-1',
  ' 7 ',
  '٣',
  '9007199254740993',
  '99999999999999999999',
  '(1, 2',
  '()',
  "{'a': (1,}",
  '2026-02-30 25:61:61',
  '9999-12-31T23:59:59',
  '-271821-04-20',
  'é\u0301\u202etxt.exe',
  '😀',
  'n'.repeat(256),
];

const scalars = [null, true, false, 0, -1, 1.5, 1e308, -1e308, 2 ** 31, 2 ** 53, -(2 ** 63), 1e-320];
const structures = [[], {}, [[]], [null], [{}], { a: null }, { '': '' }, { 1: [1] }, { '\0': 1 }, [1, '1', 1.0, null]];

export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<unknown>(...scalars) },
  { weight: 6, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  { weight: 4, arbitrary: fc.constantFrom<unknown>(...structures) },
  { weight: 3, arbitrary: fc.constantFrom(...numbers) },
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
);

/** These take milliseconds each to send: few requests have one. */
export const largeValue: fc.Arbitrary<unknown> = fc.constantFrom(...large);

/** Bodies that are no JSON object. */
export const BROKEN_BODIES = [
  '',
  ' ',
  '{',
  '[]',
  'null',
  '"text"',
  '7',
  'NaN',
  '{"a":1,}',
  "{'a':1}",
  '{"a":1}{"a":2}',
  '\ufeff{}',
  '{"a":\u0001}',
  '{"\\ud800":"\\ud800"}',
  '{"a":"\\u00',
  '{"__proto__":{"x":1}}',
  '{"server_structlog_context":5}',
  'a=1&b=2',
  '<xml/>',
];
