/** The arguments of a template: which class each belongs to, and their values. Source: client §2.1, §5.3, §11.2. */
import type { CommandTemplate } from '../core/command-template.ts';
import { SkepError } from '../core/errors.ts';
import type { ArgumentClasses } from '../core/hash.ts';
import { textOf } from '../core/python-text.ts';
import { checkName } from './names.ts';

/** Argument name → value. */
export type ArgumentValues = Readonly<Record<string, unknown>>;

/** Width of the server's column of argument values. */
const LONGEST_VALUE = 2048;

/**
 * Checks that every placeholder is in exactly one class and every argument has a placeholder.
 * @throws SkepError template_invalid naming the argument.
 */
export function checkClasses(templateName: string, command: CommandTemplate, classes: ArgumentClasses): void {
  const seen = new Set<string>();
  for (const name of [...classes.nodeArgs, ...classes.taskArgs, ...classes.opArgs]) {
    checkName('argument', name);
    if (seen.has(name)) throw invalid(templateName, `argument ${name} is listed twice`);
    if (!command.placeholders.includes(name))
      throw invalid(templateName, `argument ${name} has no placeholder {${name}}`);
    seen.add(name);
  }
  for (const name of command.placeholders) {
    // Peers pass the name of a task beside its arguments, so that no argument can be called that.
    if (name === 'name') throw invalid(templateName, 'no argument can be called name');
    if (!seen.has(name)) throw invalid(templateName, `the placeholder {${name}} is no node, task or op argument`);
  }
}

/**
 * Checks that there is a value for every placeholder and no other.
 * @throws SkepError argument_invalid naming what is missing or too much.
 */
export function checkArgumentNames(templateName: string, command: CommandTemplate, values: ArgumentValues): void {
  const missing = command.placeholders.filter((name) => !Object.hasOwn(values, name) || values[name] === undefined);
  if (missing.length > 0) {
    throw new SkepError(
      'argument_invalid',
      `A task of template ${templateName} has no value for ${missing.join(', ')}.`,
    );
  }
  if (Object.keys(values).length === command.placeholders.length) return;
  const unknown = Object.keys(values).filter((name) => !command.placeholders.includes(name));
  throw new SkepError('argument_invalid', `Template ${templateName} has no argument ${unknown.join(', ')}.`);
}

/**
 * The text of one value, as it is hashed, stored and sent.
 * @throws SkepError argument_invalid naming template and argument.
 */
export function argumentText(templateName: string, name: string, value: unknown): string {
  const text = textOf(value);
  if (text.length <= LONGEST_VALUE) return text;
  throw new SkepError(
    'argument_invalid',
    `Argument ${name} of a task of template ${templateName} has ${text.length} characters: at most ${LONGEST_VALUE} are stored; pass it as an op argument.`,
  );
}

/** The values of a node argument of many tasks: those of a list, set or other iterable; a string is one value. */
export function valuesOf(value: unknown): unknown[] {
  const isMany = typeof value === 'object' && value !== null && Symbol.iterator in value;
  return isMany ? [...(value as Iterable<unknown>)] : [value];
}

/** Every combination of the values of each name, the last name varying fastest. */
export function* combinations(
  valuesByName: readonly (readonly [string, readonly unknown[]])[],
): Generator<ArgumentValues> {
  const positions = valuesByName.map(() => 0);
  if (valuesByName.some(([, values]) => values.length === 0)) return;
  for (;;) {
    yield Object.fromEntries(valuesByName.map(([name, values], index) => [name, values[positions[index] as number]]));
    let turning = positions.length - 1;
    while (turning >= 0 && (positions[turning] as number) + 1 === valuesByName[turning]?.[1].length) {
      positions[turning--] = 0;
    }
    if (turning < 0) return;
    positions[turning] = (positions[turning] as number) + 1;
  }
}

/** `[argument id, text]` of some of a template's arguments, given their texts in the order of their names. */
export function withIds(
  names: readonly string[],
  { argumentIds }: { readonly argumentIds: ReadonlyMap<string, number> },
  texts: readonly string[],
): (readonly [number, string])[] {
  return names.map((name, index) => [argumentIds.get(name) as number, texts[index] as string]);
}

function invalid(templateName: string, fault: string): SkepError {
  return new SkepError('template_invalid', `In template ${templateName} ${fault}.`);
}
