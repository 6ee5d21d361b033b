/** Attributes of tasks and workflows: names with an optional text. Source: client §11.1, §11.4. */
import { SkepError } from '../core/errors.ts';
import { textOf } from '../core/python-text.ts';

/** What a user may give: names alone, or names with values of any kind that has a text form. */
export type AttributesInput = readonly string[] | Readonly<Record<string, unknown>>;

/** What is sent: name → text, or null for a name alone. */
export type Attributes = Readonly<Record<string, string | null>>;

/** Width of the server's columns for names and for values of a task's attributes. */
const LONGEST = 255;

/**
 * The attributes as they are sent; undefined when there are none.
 * @param owner who has the attributes, for the error: "task align_1".
 * @throws SkepError argument_invalid for anything but names or an object of values.
 */
export function attributesOf(input: AttributesInput | undefined, owner: string): Attributes | undefined {
  if (input === undefined) return undefined;
  if (typeof input !== 'object' || input === null) {
    throw new SkepError('argument_invalid', `The attributes of ${owner} must be a list of names or an object.`);
  }
  const entries = Array.isArray(input) ? input.map((name) => [name, null] as const) : Object.entries(input);
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map(([name, value]) => [checked(name, owner), textOrNull(value, owner)]));
}

function textOrNull(value: unknown, owner: string): string | null {
  return value === null ? null : checked(textOf(value), owner);
}

function checked(text: unknown, owner: string): string {
  if (typeof text === 'string' && text.length <= LONGEST) return text;
  const shown = typeof text === 'string' ? `${text.slice(0, 40)}…` : String(text);
  throw new SkepError(
    'argument_invalid',
    `An attribute of ${owner}, ${shown}, is not text of at most ${LONGEST} characters.`,
  );
}
