import { SkepError } from './errors.ts';

/** A token of a literal that has inner rules of its own, and the position behind it. */
interface Token<Value> {
  readonly value: Value;
  readonly end: number;
}

/**
 * Reads the string whose opening quote is at `start`, with the escapes of Python and JSON.
 * @throws SkepError literal_malformed
 */
export function stringToken(text: string, start: number): Token<string> {
  const quote = text[start] ?? '';
  if (text.startsWith(quote.repeat(3), start)) throw malformedLiteral(text, start, 'triple quotes are not supported');
  let value = '';
  let runStart = start + 1;
  let position = runStart;
  for (;;) {
    const character = text[position];
    if (character === undefined || character === '\n' || character === '\r') {
      throw malformedLiteral(text, start, 'the string is not closed');
    }
    if (character === quote) return { value: value + text.slice(runStart, position), end: position + 1 };
    if (character === '\\') {
      const escaped = escapeToken(text, position);
      value += text.slice(runStart, position) + escaped.value;
      position = escaped.end;
      runStart = position;
    } else {
      position += 1;
    }
  }
}

/**
 * Reads the integer or float that begins at `start`, or gives undefined if none begins there. An integer beyond
 * ±(2^53 − 1) is a bigint.
 * @throws SkepError literal_malformed
 */
export function numberToken(text: string, start: number): Token<number | bigint> | undefined {
  if (!/[\d.+-]/.test(text[start] ?? '')) return undefined;
  const match = matchAt(NUMBER, text, start);
  if (match === null) throw malformedLiteral(text, start, 'the number is malformed or too long');
  const { 0: whole, 1: sign, 2: prefixed, 3: decimal = '' } = match;
  const digits = (prefixed ?? decimal).replaceAll('_', '');
  if (/^0+[1-9]\d*$/.test(digits)) throw malformedLiteral(text, start, 'an integer must not start with 0');
  const isInteger = prefixed !== undefined || /^\d+$/.test(digits);
  return { value: numberOf(digits, isInteger, sign === '-'), end: start + whole.length };
}

/** The error for text that is no literal: the reason, the position (in UTF-16 units, from 0) and what stands around it. */
export function malformedLiteral(text: string, position: number, reason: string): SkepError {
  const excerpt = JSON.stringify(text.slice(Math.max(0, position - 10), position + 20));
  return new SkepError('literal_malformed', `Not a literal: ${reason} at position ${position}, in ${excerpt}.`);
}

/** Matches a sticky `pattern` exactly at `position`. */
export function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position;
  return pattern.exec(text);
}

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['/', '/'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\n', ''],
]);

const HEX_ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U(00(?:0[\da-fA-F]|10)[\da-fA-F]{4}))/y;
const OCTAL_ESCAPE = /\\([0-7]{1,3})/y;

function escapeToken(text: string, start: number): Token<string> {
  const letter = text[start + 1] ?? '';
  const simple = SIMPLE_ESCAPES.get(letter);
  if (simple !== undefined) return { value: simple, end: start + 2 };
  const hex = matchAt(HEX_ESCAPE, text, start);
  if (hex !== null) return characterToken(hex, start, 16);
  const octal = matchAt(OCTAL_ESCAPE, text, start);
  if (octal !== null) return characterToken(octal, start, 8);
  if (/[xuUN]/.test(letter)) throw malformedLiteral(text, start, 'the escape is malformed or not supported');
  // Python keeps the backslash of every other escape.
  return { value: '\\', end: start + 1 };
}

function characterToken(match: RegExpExecArray, start: number, radix: number): Token<string> {
  const digits = match.slice(1).join('');
  return { value: String.fromCodePoint(Number.parseInt(digits, radix)), end: start + match[0].length };
}

/**
 * At most 4300 digits: CPython refuses longer integers too (its `int_max_str_digits`), because the conversion takes
 * quadratic time; and a bounded pattern cannot exhaust the stack of the regular-expression engine.
 */
const DIGITS = String.raw`\d(?:_?\d){0,4299}`;
const PREFIXED = String.raw`0[xX](?:_?[\da-fA-F]){1,4300}|0[oO](?:_?[0-7]){1,4300}|0[bB](?:_?[01]){1,4300}`;
const DECIMAL = String.raw`(?:${DIGITS}(?:\.(?:${DIGITS})?)?|\.${DIGITS})(?:[eE][+-]?${DIGITS})?`;
const NUMBER = new RegExp(String.raw`([+-]?)[ \t\r\n]*(?:(${PREFIXED})|(${DECIMAL}))(?![\w.])`, 'y');

function numberOf(digits: string, isInteger: boolean, isNegative: boolean): number | bigint {
  const number = Number(digits);
  if (!isInteger) return isNegative ? -number : number;
  // Subtracted, not negated: the integer -0 is 0.
  if (Number.isSafeInteger(number)) return isNegative ? 0 - number : number;
  return isNegative ? -BigInt(digits) : BigInt(digits);
}
