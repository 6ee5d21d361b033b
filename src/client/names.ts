/** Names of things, checked before they reach a server. Source of everything here: client §7. */
import { SkepError } from '../core/errors.ts';

/** Width of the name columns of the server. */
const LONGEST_NAME = 255;
/** A default name of this length or more is cut to one less, so that it leaves room for what peers append. */
const DEFAULT_NAME_LIMIT = 250;

const ILLEGAL = /[/\\'" ]/;
const EVERY_ILLEGAL = /[/\\'" ]/g;
/** What Python calls a digit: decimal digits of all scripts, and the superscripts and subscripts. */
const LEADING_DIGIT = /^[\p{Nd}²³¹⁰⁴-⁹₀-₉]/u;

/**
 * Gives back a task name that may be used.
 * @throws SkepError name_invalid naming the name and what is wrong with it.
 */
export function checkTaskName(name: string): string {
  checkName('task', name);
  if (LEADING_DIGIT.test(name)) throw invalidName('task', name, 'starts with a digit');
  const [character] = ILLEGAL.exec(name) ?? [];
  if (character !== undefined) throw invalidName('task', name, `contains ${JSON.stringify(character)}`);
  return name;
}

/**
 * The name of a task that was given none: its template and node arguments, in the order in which they were given.
 * @throws SkepError name_invalid when the template's name makes it start with a digit.
 */
export function defaultTaskName(
  templateName: string,
  nodeArgs: Iterable<readonly [name: string, text: string]>,
): string {
  const parts = [templateName, ...Array.from(nodeArgs, ([name, text]) => `${name}-${text}`)];
  const name = (parts.length === 1 ? `${templateName}_` : parts.join('_')).replace(EVERY_ILLEGAL, '_');
  return checkTaskName(cutTaskName(name));
}

/** A made-up task name, cut to the length that such names may have. */
export function cutTaskName(name: string): string {
  return cutFrom(name, DEFAULT_NAME_LIMIT);
}

/** The name of an array that was given none: that of its template. */
export function defaultArrayName(templateName: string): string {
  return cutFrom(templateName, LONGEST_NAME);
}

/**
 * Gives back a name of 1 to 255 characters.
 * @param kind what is named, for the error: "tool", "task template" …
 * @throws SkepError name_invalid naming the name.
 */
export function checkName(kind: string, name: string): string {
  if (name === '') throw invalidName(kind, name, 'is empty');
  if (lengthOf(name) > LONGEST_NAME) throw invalidName(kind, name, `is longer than ${LONGEST_NAME} characters`);
  return name;
}

/** Keeps the first `limit - 1` characters of a text that has `limit` or more. */
function cutFrom(text: string, limit: number): string {
  return lengthOf(text) < limit ? text : [...text].slice(0, limit - 1).join('');
}

/** Length in code points, as peers and databases count; only a long text is worth the walk. */
function lengthOf(text: string): number {
  return text.length < DEFAULT_NAME_LIMIT ? text.length : [...text].length;
}

function invalidName(kind: string, name: string, fault: string): SkepError {
  const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  return new SkepError('name_invalid', `The ${kind} name ${JSON.stringify(shown)} ${fault}.`);
}
