/** What a request is about: the ids that its parts name, at the places that its route declares. */
import type { SubjectKind, Subjects } from '../../api/access.ts';

/** The parts of a request, checked. */
export interface RequestParts {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

export type NamedIds = ReadonlyMap<SubjectKind, ReadonlySet<number>>;

/** Every id that the parts name, by kind; a kind without one is left out. */
export function namedIds(subjects: Subjects, parts: RequestParts): NamedIds {
  const named = new Map<SubjectKind, Set<number>>();
  for (const [kind, paths] of Object.entries(subjects) as [SubjectKind, string | readonly string[]][]) {
    const ids = new Set<number>();
    for (const path of typeof paths === 'string' ? [paths] : paths) {
      for (const value of valuesAt(path, parts)) addId(ids, value);
    }
    if (ids.size > 0) named.set(kind, ids);
  }
  return named;
}

/**
 * Read as the handlers read ids (`toInteger`, and decimal keys). What is no number, such as the word `all` or the key of a
 * log context, names nothing there either.
 */
function addId(ids: Set<number>, value: unknown): void {
  if (typeof value === 'number') ids.add(value);
  else if (typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value)) ids.add(Number.parseInt(value, 10));
}

const STEP = /\.?(\w+)|\[(\d*)\]|\{(key)?\}/g;

/** The values at a path, as {@link Subjects} explains it. */
export function valuesAt(path: string, parts: RequestParts): unknown[] {
  let values: unknown[] = [parts];
  for (const [step, name, index] of path.matchAll(STEP)) {
    if (name !== undefined) values = values.map((value) => ownValue(value, name));
    else if (index === '') values = values.flatMap((value) => (Array.isArray(value) ? value : [value]));
    else if (index !== undefined) values = values.map((value) => ownValue(value, index));
    else if (step === '{key}') values = values.flatMap((value) => (isObject(value) ? Object.keys(value) : []));
    else values = values.flatMap((value) => (isObject(value) ? Object.values(value) : []));
  }
  return values;
}

function ownValue(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
