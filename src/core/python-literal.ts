import { SkepError } from './errors.ts';
import { NESTING_LIMIT, reprOf, textOf } from './python-text.ts';
import { malformedLiteral, matchAt, numberToken, stringToken } from './python-token.ts';

/** What a literal can hold. Integers beyond ±(2^53 − 1) are bigint, tuples and sets are arrays, dicts are plain objects. */
export type LiteralValue = null | boolean | number | bigint | string | LiteralValue[] | { [key: string]: LiteralValue };

/**
 * Reads a Python literal or JSON, or any mixture of the two: some columns and fields of the wire hold the one, some the
 * other, depending on who wrote them. Keys of a dict that are no strings become their text (`{1: 'a'}` → `{'1': 'a'}`);
 * the last of equal keys wins, as in both languages. The one text that the languages read differently is the escape
 * `\/`: it is JSON's slash here, because Python never writes it. Not read, because no `repr` of data gives them: string
 * prefixes, triple quotes, complex numbers, tuples without parentheses, comments.
 *
 * Source: http-fsm §1.4(5), client §9.3.
 * @throws SkepError literal_malformed with the position (in UTF-16 units, from 0) and an excerpt.
 */
export function parseLiteral(text: string): LiteralValue {
  return new LiteralReader(text).readWhole();
}

/**
 * Writes what Python's `repr` gives for a value that came as JSON: `{'memory': 0.5}`, `['a', 'b']`, `None`, `True`.
 *
 * Source: http-fsm §1.4(5).
 * @throws SkepError invalid_usage for NaN and infinities, which Python's literal reader refuses; argument_invalid for what
 * is not data.
 */
export function writeLiteral(value: LiteralValue): string {
  const text = reprOf(value);
  refuseNonFinite(value);
  return text;
}

function refuseNonFinite(value: LiteralValue): void {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new SkepError('invalid_usage', `The number ${value} cannot be written as a literal: it is not finite.`);
  }
  if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) refuseNonFinite(item);
}

const SPACE = /[ \t\r\n\f]*/y;
const WORD = /[A-Za-z_]\w*/y;
const EMPTY_SET = /set[ \t]*\([ \t]*\)/y;
const WORDS: ReadonlyMap<string, LiteralValue> = new Map<string, LiteralValue>([
  ['True', true],
  ['true', true],
  ['False', false],
  ['false', false],
  ['None', null],
  ['null', null],
]);

/** A recursive-descent reader: every method starts at `#position` and leaves it behind what it read. */
class LiteralReader {
  readonly #text: string;
  #position = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readWhole(): LiteralValue {
    const value = this.#readValue();
    this.#match(SPACE);
    if (this.#position < this.#text.length) throw this.#malformed('expected the end');
    return value;
  }

  #readValue(): LiteralValue {
    this.#match(SPACE);
    switch (this.#text[this.#position]) {
      case '[':
        return this.#nested(() => this.#readList());
      case '(':
        return this.#nested(() => this.#readParentheses());
      case '{':
        return this.#nested(() => this.#readBraces());
      case "'":
      case '"':
        return this.#readStrings();
      default:
        return this.#readNumber() ?? this.#readWord();
    }
  }

  /** Steps over the opening bracket and counts the depth. */
  #nested(read: () => LiteralValue): LiteralValue {
    this.#depth += 1;
    if (this.#depth > NESTING_LIMIT) throw this.#malformed(`nesting is deeper than ${NESTING_LIMIT} levels`);
    this.#position += 1;
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #readList(): LiteralValue[] {
    const items: LiteralValue[] = [];
    this.#readItems(']', () => items.push(this.#readValue()));
    return items;
  }

  /** A tuple, or, without any comma, just a value in parentheses. */
  #readParentheses(): LiteralValue {
    const items: LiteralValue[] = [];
    const endsWithComma = this.#readItems(')', () => items.push(this.#readValue()));
    const [first] = items;
    return items.length === 1 && first !== undefined && !endsWithComma ? first : items;
  }

  /** A dict or a set: the first item decides which. */
  #readBraces(): LiteralValue {
    const dict: { [key: string]: LiteralValue } = {};
    const members = new Set<LiteralValue>();
    let isDict: boolean | undefined;
    this.#readItems('}', () => {
      const start = this.#position;
      const first = this.#readValue();
      const hasColon = this.#take(':');
      isDict ??= hasColon;
      if (isDict !== hasColon) throw this.#malformed(isDict ? 'expected ":"' : 'unexpected ":" in a set');
      if (isDict) setOwn(dict, this.#keyOf(first, start), this.#readValue());
      else members.add(first);
    });
    return isDict === false ? [...members] : dict;
  }

  /** Reads items up to and including `closing`, separated by commas; says whether a comma followed the last one. */
  #readItems(closing: string, readItem: () => void): boolean {
    let mayFollow = true;
    while (!this.#take(closing)) {
      if (!mayFollow) throw this.#malformed(`expected "," or "${closing}"`);
      readItem();
      mayFollow = this.#take(',');
    }
    return mayFollow;
  }

  #keyOf(value: LiteralValue, start: number): string {
    if (typeof value === 'object' && value !== null) throw this.#malformed('a key must be text or a number', start);
    return textOf(value);
  }

  /** Strings that stand side by side are one string. */
  #readStrings(): string {
    let value = this.#readString();
    for (;;) {
      this.#match(SPACE);
      const next = this.#text[this.#position];
      if (next !== "'" && next !== '"') return value;
      value += this.#readString();
    }
  }

  #readString(): string {
    const { value, end } = stringToken(this.#text, this.#position);
    this.#position = end;
    return value;
  }

  #readNumber(): number | bigint | undefined {
    const token = numberToken(this.#text, this.#position);
    this.#position = token?.end ?? this.#position;
    return token?.value;
  }

  #readWord(): LiteralValue {
    if (this.#match(EMPTY_SET) !== null) return [];
    const start = this.#position;
    const value = WORDS.get(this.#match(WORD)?.[0] ?? '');
    if (value === undefined) throw this.#malformed('expected a value', start);
    return value;
  }

  /** Steps over white space and then over `character`, if it is there. */
  #take(character: string): boolean {
    this.#match(SPACE);
    if (this.#text[this.#position] !== character) return false;
    this.#position += 1;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    const match = matchAt(pattern, this.#text, this.#position);
    this.#position += match?.[0].length ?? 0;
    return match;
  }

  #malformed(reason: string, position = this.#position): SkepError {
    return malformedLiteral(this.#text, position, reason);
  }
}

/** An own property whatever the key: a plain assignment to `__proto__` would exchange the object's prototype. */
function setOwn(object: { [key: string]: LiteralValue }, key: string, value: LiteralValue): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
