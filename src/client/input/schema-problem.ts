/** What is wrong with a document, said so that its author finds the place. Shared by the YAML and the JSON input. */
import type { TSchema } from 'typebox';
import type { Validator } from 'typebox/compile';
import { nearestOf } from '../../core/config.ts';

export type DocumentPath = readonly (string | number)[];

export interface Problem {
  /** Keys and indices from the root to the value at fault. */
  readonly path: DocumentPath;
  /** Completes the sentence "<path> …". */
  readonly complaint: string;
}

/**
 * The one problem to mend first, or undefined when `value` fits. An unknown key comes before everything else, because a
 * misspelt key is also reported as a missing one. A schema says in its `description` what it wants ("a whole number").
 */
export function findProblem(validator: Validator, schema: TSchema, value: unknown): Problem | undefined {
  if (validator.Check(value)) return undefined;
  const errors = validator.Errors(value) as unknown as SchemaError[];
  const unknown = errors.find((error) => error.keyword === 'additionalProperties');
  if (unknown) return unknownKey(unknown, schema);
  const missing = errors.find((error) => error.keyword === 'required');
  if (missing) {
    return { path: keysOf(missing.instancePath), complaint: `lacks ${missing.params.requiredProperties?.join(', ')}` };
  }
  const [first] = errors;
  if (first === undefined) return { path: [], complaint: 'has a shape that is not understood' };
  // The alternatives of a union each report an error below it; the union itself knows what is wanted.
  const error = errors.find(({ keyword, instancePath }) => keyword === 'anyOf' && instancePath === first.instancePath);
  const path = keysOf(first.instancePath);
  return { path, complaint: `${wish(error ?? first, schema)}, not ${summary(valueAt(value, path))}` };
}

/** `workflow.tasks[3].name`; the root is `the document`. */
export function pathText(path: DocumentPath): string {
  if (path.length === 0) return 'the document';
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .replace(/^\./, '');
}

interface SchemaError {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly params: { readonly additionalProperties?: string[]; readonly requiredProperties?: string[] };
  readonly message: string;
}

function unknownKey(error: SchemaError, schema: TSchema): Problem {
  const [key = ''] = error.params.additionalProperties ?? [];
  const owner = schemaAt(schema, error.schemaPath) as { properties?: object; patternProperties?: object } | undefined;
  const path = [...keysOf(error.instancePath), key];
  // Where names are free, what does not match their pattern is no name at all.
  if (owner?.properties === undefined || owner.patternProperties !== undefined)
    return { path, complaint: 'is not a name of letters, digits, _ and -' };
  const nearest = nearestOf(key, Object.keys(owner.properties));
  return { path, complaint: `is not a known key (did you mean ${nearest}?)` };
}

function wish(error: SchemaError, schema: TSchema): string {
  const description = (schemaAt(schema, error.schemaPath) as { description?: string } | undefined)?.description;
  return description === undefined ? error.message : `must be ${description}`;
}

function keysOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}

function schemaAt(schema: TSchema, schemaPath: string): unknown {
  return valueAt(schema, keysOf(schemaPath.replace(/^#/, '')));
}

function valueAt(root: unknown, path: DocumentPath): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.hasOwn(value, key) ? (value as Record<string | number, unknown>)[key] : undefined;
  }
  return value;
}

/** Enough of a value to recognise it. */
function summary(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
