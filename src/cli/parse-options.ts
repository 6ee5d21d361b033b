/** Texts of the command line as values; what cannot be one is a usage error. */
import { InvalidArgumentError } from 'commander';

/** A whole number of at least 1. */
export function positiveInteger(text: string): number {
  return integerFrom(1)(text);
}

/** A whole number from `least` to `most`. */
export function integerFrom(least: number, most?: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= (most ?? value)) return value;
    const range = most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };
}

/** A number of at least `least`. */
export function atLeast(least: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!(value >= least && Number.isFinite(value))) {
      throw new InvalidArgumentError(`It must be a number of at least ${least}.`);
    }
    return value;
  };
}

/** A number between 0 and 1, neither of them included. */
export function fraction(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('It must be a number between 0 and 1.');
  return value;
}

/** Several ids: given one by one, or separated by commas or spaces, in one option or many. */
export function idList(text: string, earlier: number[] = []): number[] {
  return [
    ...earlier,
    ...text
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(positiveInteger),
  ];
}

/** What parses one of several words; it tells them, so that shells can complete them. */
type ChoiceParser<Parse> = Parse & { readonly choices: readonly string[] };

/** One of `choices` in any case, in one option or many. */
export function choiceList(choices: readonly string[]): ChoiceParser<(text: string, earlier?: string[]) => string[]> {
  const parse = (text: string, earlier: string[] = []) => {
    const words = text
      .toUpperCase()
      .split(/[\s,]+/)
      .filter(Boolean);
    const stray = words.find((word) => !choices.includes(word));
    if (stray !== undefined) throw new InvalidArgumentError(`${stray} is none of ${choices.join(', ')}.`);
    return [...earlier, ...words];
  };
  return Object.assign(parse, { choices });
}

/** One of the keys of `meanings`, in any case, as what it means. */
export function choice<Meaning>(meanings: Readonly<Record<string, Meaning>>): ChoiceParser<(text: string) => Meaning> {
  const choices = Object.keys(meanings);
  const parse = (text: string) => {
    const word = text.toUpperCase();
    const meaning = Object.hasOwn(meanings, word) ? meanings[word] : undefined;
    if (meaning === undefined) throw new InvalidArgumentError(`It must be one of ${choices.join(', ')}.`);
    return meaning;
  };
  return Object.assign(parse, { choices });
}

/** Node arguments as JSON: name → a value or a list of values. */
export function nodeArguments(text: string): Record<string, string[]> {
  const values = parseJsonObject(text);
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const list = Array.isArray(value) ? value : [value];
      const stray = list.find((one) => !['string', 'number', 'boolean'].includes(typeof one));
      if (stray !== undefined) throw new InvalidArgumentError(`${name} must be a value or a list of values.`);
      return [name, list.map(String)];
    }),
  );
}

function parseJsonObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below, without the words of the JSON parser.
  }
  throw new InvalidArgumentError(`It must be a JSON object, such as '{"year": [2020, 2021]}'.`);
}

/** `name=value` in one option or many; a value that reads as JSON is what it says, any other is text. */
export function keyValue(text: string, earlier: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('It must be name=value.');
  return { ...earlier, [name]: jsonOrText(value) };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `name=path`, once for each name. */
export function namedPath(text: string, earlier: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  const [, name, path] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (name === undefined || path === undefined)
    throw new InvalidArgumentError('It must be a name and a path: name=path.');
  if (earlier.has(name)) throw new InvalidArgumentError(`There are two programs for ${name}.`);
  return new Map([...earlier, [name, path]]);
}
