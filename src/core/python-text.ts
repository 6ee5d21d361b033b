import { SkepError } from './errors.ts';

/**
 * Containers may nest this deep, in what is written and in what is read. Real values nest a handful of levels; the limit
 * turns a reference cycle or a hostile text into an error that says so, long before the call stack ends.
 */
export const NESTING_LIMIT = 200;

/**
 * The text of an argument value, as Python's `str` gives it. Tasks are recognised by the hash of this text and it is what
 * a placeholder of a command becomes, so it must agree byte for byte with other implementations.
 *
 * An integral number is an integer up to ±(2^53 − 1) (`1.0` is `1` here: pass the text `'1.0'` to keep the fraction) and
 * a float beyond; a bigint is always an integer. A Map or plain object is a dict, an array a list.
 *
 * Source: client §2.1.
 * @throws SkepError argument_invalid for what has no such text: undefined, functions, symbols, class instances.
 */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : reprOf(value);
}

/**
 * The text of a value as Python's `repr` gives it: like {@link textOf}, but a string is quoted and escaped. The form that
 * values inside lists, dicts and sets have.
 *
 * Source: client §2.1, http-fsm §1.4(5).
 * @throws SkepError argument_invalid as {@link textOf}, and for containers nested deeper than {@link NESTING_LIMIT}.
 */
export function reprOf(value: unknown): string {
  return reprAt(value, 0);
}

function reprAt(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return stringRepr(value);
    case 'number':
      return numberText(value);
    case 'bigint':
      return String(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'object':
      return value === null ? 'None' : containerRepr(value, depth + 1);
    default:
      throw withoutText(value);
  }
}

function containerRepr(container: object, depth: number): string {
  if (depth > NESTING_LIMIT) {
    const sentence = `An argument value is nested deeper than ${NESTING_LIMIT} levels, or contains itself.`;
    throw new SkepError('argument_invalid', sentence);
  }
  if (Array.isArray(container)) return `[${itemsRepr(container, depth)}]`;
  if (container instanceof Set) return container.size === 0 ? 'set()' : `{${itemsRepr(container, depth)}}`;
  if (container instanceof Map) return dictRepr(container, depth);
  if (isPlainObject(container)) return dictRepr(Object.entries(container), depth);
  throw withoutText(container);
}

/** `Array.from`, not `map`: it visits the holes of a sparse array too, which are then refused as undefined. */
function itemsRepr(items: Iterable<unknown>, depth: number): string {
  return Array.from(items, (item) => reprAt(item, depth)).join(', ');
}

function dictRepr(entries: Iterable<[unknown, unknown]>, depth: number): string {
  const pairs = Array.from(entries, ([key, value]) => `${reprAt(key, depth)}: ${reprAt(value, depth)}`);
  return `{${pairs.join(', ')}}`;
}

function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Both languages write the shortest digits that read back as the same float, but JavaScript turns to exponents below 1e-6
 * and from 1e21, Python below 1e-4 and from 1e16; and Python's exponents have a sign and two digits at least.
 */
function numberText(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const [digits = '', exponentText] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 16) return Number.isInteger(value) ? `${value}.0` : String(value);
  const sign = exponent < 0 ? '-' : '+';
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** What Python does not print as it is: the backslash, and the Unicode categories Other and Separator, except the space. */
const ESCAPED = /[[\p{C}\p{Z}\\]--[ ]]/gv;

function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(ESCAPED, escapeOf);
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
}

function escapeOf(character: string): string {
  switch (character) {
    case '\\':
      return '\\\\';
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
    default:
      return numericEscape(character.codePointAt(0) ?? 0);
  }
}

function numericEscape(codePoint: number): string {
  const hex = codePoint.toString(16);
  if (codePoint <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return codePoint <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

function withoutText(value: unknown): SkepError {
  const sentence = `An argument value cannot be ${kindOf(value)}: it has no text form that other programs would agree on.`;
  return new SkepError('argument_invalid', sentence);
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (typeof value === 'function') return `the function ${value.name || '(anonymous)'}`;
  if (typeof value === 'symbol') return `the symbol ${String(value)}`;
  return `an instance of ${(value as object).constructor?.name || 'an unnamed class'}`;
}
