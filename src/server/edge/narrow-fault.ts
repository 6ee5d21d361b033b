import { type TSchema, Type } from 'typebox';
import Compile from 'typebox/compile';

type Validator = ReturnType<typeof Compile>;
export type SchemaFault = ReturnType<Validator['Errors']>[number];

/**
 * The faults of a value that does not fit its schema, by following lists and objects to the first part that is at fault.
 * Asking the whole schema for its faults takes seconds when a list is long and the last element is the wrong one.
 */
export function faultsOf(schema: TSchema, value: unknown): SchemaFault[] {
  const { part, of, path } = narrowed(schema, value, '');
  return validatorOf(part)
    .Errors(of)
    .map((fault) => ({ ...fault, instancePath: `${path}${fault.instancePath}` }));
}

/** The compiled form of a schema, made when it is first needed. */
export function validatorOf(schema: TSchema): Validator {
  const known = validators.get(schema) ?? Compile(Type.Unsafe(schema));
  validators.set(schema, known);
  return known;
}

const validators = new WeakMap<TSchema, Validator>();

interface Narrowed {
  readonly part: TSchema;
  readonly of: unknown;
  /** JSON pointer from the whole to the part. */
  readonly path: string;
}

function narrowed(part: TSchema, of: unknown, path: string): Narrowed {
  for (const [key, schema, value] of partsOf(part, of)) {
    if (!validatorOf(schema).Check(value)) return narrowed(schema, value, `${path}/${escaped(key)}`);
  }
  return { part, of, path };
}

/** What a schema says about the parts of a value; nothing about tuples and alternatives, which are small. */
function* partsOf(schema: TSchema, value: unknown): Generator<readonly [string, TSchema, unknown]> {
  if (typeof value !== 'object' || value === null) return;
  const { properties = {}, additionalProperties, items } = schema as Readonly<Record<string, object | undefined>>;
  if (Array.isArray(value)) {
    if (items === undefined || Array.isArray(items)) return;
    for (const [index, element] of value.entries()) yield [String(index), items, element];
    return;
  }
  for (const [key, field] of Object.entries(value)) {
    const declared = Object.hasOwn(properties, key) ? properties[key as never] : additionalProperties;
    if (typeof declared === 'object') yield [key, declared, field];
  }
}

/** A key as a step of a JSON pointer. */
function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
