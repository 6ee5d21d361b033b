/**
 * Values of the arguments of task functions as text, for a command line, and back.
 *
 * Numbers and truth values are written as Python writes them, texts as they are, collections as `[a,b]`, null as `None`, and
 * a value that was left out as no text at all. A text that could be taken for something else, such as the empty one, is
 * written in the quotes of JSON. Source: client §15.
 */
import type { ItemShape, KindShape, Serializer } from './argument-kind.ts';
import { messageOf, SkepError } from './errors.ts';
import { parseLiteral } from './python-literal.ts';
import { textOf } from './python-text.ts';

/** Serializers by name. */
export type Serializers = Readonly<Record<string, Serializer<unknown>>>;

const NULL = 'None';

/**
 * The text of a value.
 * @param owner names the argument, for the error: "Argument n of square".
 * @throws SkepError argument_invalid when the value is not of the kind.
 */
export function serializeArgument(kind: KindShape, value: unknown, serializers: Serializers, owner: string): string {
  const { isOptional, shape, items } = kind;
  if (isOptional && value === undefined) return '';
  if (isOptional && value === null) return NULL;
  if (shape === 'single') {
    const text = itemText(items[0] as ItemShape, value, serializers, owner);
    return isMistakable(text) || (isOptional && text === NULL) ? JSON.stringify(text) : text;
  }
  const values = membersOf(kind, value, owner);
  const texts = values.map((each, index) =>
    itemText((items[index] ?? items[0]) as ItemShape, each, serializers, owner),
  );
  return `[${texts.map((text) => (isMistakable(text) || BREAKS_LIST.test(text) ? JSON.stringify(text) : text)).join(',')}]`;
}

/**
 * The value of a text; undefined for one that was left out. Also reads collections as Python and JSON write them.
 * @throws SkepError argument_invalid when the text is no value of the kind; an error of a serializer is its cause.
 */
export function deserializeArgument(kind: KindShape, text: string, serializers: Serializers, owner: string): unknown {
  const { isOptional, shape, items } = kind;
  if (isOptional && text === '') return undefined;
  if (isOptional && text === NULL) return null;
  if (shape === 'single') return itemValue(items[0] as ItemShape, unquoted(text), serializers, owner);
  const texts = splitMembers(text);
  if (shape === 'tuple') checkLength(items, texts.length, owner);
  const values = texts.map((each, index) =>
    itemValue((items[index] ?? items[0]) as ItemShape, each, serializers, owner),
  );
  return shape === 'set' ? new Set(values) : values;
}

/** Text that would be read back as another one: none at all, what begins like JSON, what no command line can hold. */
function isMistakable(text: string): boolean {
  return text === '' || text.startsWith('"') || text.includes('\0') || !text.isWellFormed();
}

/** Within a collection: a comma ends an item; blanks alone, and quotes at the start, would be taken off. */
const BREAKS_LIST = /,|^\s*(?:["']|$)/;

function membersOf({ shape, items }: KindShape, value: unknown, owner: string): unknown[] {
  const isFitting = Array.isArray(value) || (shape === 'set' && value instanceof Set);
  if (!isFitting) throw mismatch(owner, value, shape === 'single' ? 'value' : `${shape} of values`);
  const members = [...(value as Iterable<unknown>)];
  if (shape === 'tuple') checkLength(items, members.length, owner);
  return members;
}

function checkLength(items: readonly ItemShape[], length: number, owner: string): void {
  if (items.length === length) return;
  throw new SkepError('argument_invalid', `${owner} has ${length} items and must have ${items.length}.`);
}

function itemText({ name, isCustom }: ItemShape, value: unknown, serializers: Serializers, owner: string): string {
  if (isCustom) return customText(name, value, serializers, owner);
  if (!IS_OF_KIND[name]?.(value)) throw mismatch(owner, value, KIND_NAMES[name] as string);
  return textOf(value);
}

const KIND_NAMES: Readonly<Record<string, string>> = {
  str: 'text',
  int: 'whole number up to 2^53',
  float: 'number',
  bool: 'true or false',
};

const IS_OF_KIND: Readonly<Record<string, (value: unknown) => boolean>> = {
  str: (value) => typeof value === 'string',
  int: (value) => Number.isSafeInteger(value),
  float: (value) => typeof value === 'number',
  bool: (value) => typeof value === 'boolean',
};

function customText(name: string, value: unknown, serializers: Serializers, owner: string): string {
  const text = guarded(owner, `serializer ${name} cannot write it`, () =>
    serializerOf(name, serializers).toText(value),
  );
  if (typeof text === 'string') return text;
  throw new SkepError('argument_invalid', `${owner}: serializer ${name} made ${typeof text} in place of a text.`);
}

function itemValue({ name, isCustom }: ItemShape, text: string, serializers: Serializers, owner: string): unknown {
  if (isCustom) {
    return guarded(owner, `serializer ${name} cannot read it`, () => serializerOf(name, serializers).fromText(text));
  }
  if (name === 'str') return text;
  const value = READERS[name]?.(text.trim());
  if (value === undefined) throw mismatch(owner, text, KIND_NAMES[name] as string);
  return value;
}

const READERS: Readonly<Record<string, (text: string) => number | boolean | undefined>> = {
  int: (text) => (/^[+-]?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined),
  float: (text) => FLOAT_WORDS.get(text) ?? (/^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(text) ? numberOf(text) : undefined),
  bool: (text) => (text === 'True' ? true : text === 'False' ? false : undefined),
};

const FLOAT_WORDS: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
]);

function numberOf(text: string): number | undefined {
  const value = Number(text);
  return Number.isNaN(value) ? undefined : value;
}

function serializerOf(name: string, serializers: Serializers): Serializer<unknown> {
  const serializer = Object.hasOwn(serializers, name) ? serializers[name] : undefined;
  if (typeof serializer?.toText === 'function' && typeof serializer.fromText === 'function') return serializer;
  throw new Error('it is no object with the functions toText and fromText');
}

function guarded<Value>(owner: string, trouble: string, action: () => Value): Value {
  try {
    return action();
  } catch (cause) {
    throw new SkepError('argument_invalid', `${owner}: ${trouble}: ${messageOf(cause).replace(/\.?$/, '.')}`, {
      cause,
    });
  }
}

/** A text in the quotes of JSON without them; any other as it is. */
function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text; // It only begins with a quote, which somebody typed.
  }
}

/** The texts of a collection's items: `[1,2]`, `('a', "b")`, or a lone item without brackets. */
function splitMembers(text: string): string[] {
  const inside = withoutPair(withoutPair(text.trim(), "'", "'"), '[(', '])');
  if (inside.trim() === '') return [];
  const items = Array.from(inside.matchAll(ITEM), ([item]) => memberText(item));
  // Python's tuple of one item ends in a comma.
  return items.at(-1) === '' && /,\s*$/.test(inside) ? items.slice(0, -1) : items;
}

/** Takes off one pair of outer marks: one of `first` with that of `last` at the same place. */
function withoutPair(text: string, first: string, last: string): string {
  const index = text.length < 2 ? -1 : first.indexOf(text[0] as string);
  return index >= 0 && text.endsWith(last[index] as string) ? text.slice(1, -1) : text;
}

/** An item in quotes, with blanks around it, up to a comma or the end; else all up to the next comma. */
const ITEM = /(?<=^|,)(?:\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*(?=,|$)|[^,]*)/g;

function memberText(item: string): string {
  const trimmed = item.trim();
  try {
    if (/^"(?:[^"\\]|\\.)*"$/.test(trimmed)) return JSON.parse(trimmed);
    if (/^'(?:[^'\\]|\\.)*'$/.test(trimmed)) return String(parseLiteral(trimmed));
  } catch {
    // Quotes that are part of the text.
  }
  return item;
}

function mismatch(owner: string, value: unknown, wanted: string): SkepError {
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return new SkepError('argument_invalid', `${owner} is ${shown.slice(0, 80)}, not a ${wanted}.`);
}
