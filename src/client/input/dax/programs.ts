/** Which program a transformation is: as the user says, else as the document says, else the program of that name. */
import { fileURLToPath } from 'node:url';
import { SkepError } from '../../../core/errors.ts';
import { isOnPath } from '../search-path.ts';
import type { DaxJob } from './document.ts';

export interface Programs {
  of(job: DaxJob): string;
  /** Names of transformations for which nobody gave a program, and which are not on the path. */
  readonly missing: ReadonlySet<string>;
}

/**
 * @param given name (with namespace and version or without) → path, as the user gave them
 * @param told the same, as the document tells
 */
export function programsFor(
  given: ReadonlyMap<string, string>,
  told: ReadonlyMap<string, string>,
  searchPath: string,
): Programs {
  const missing = new Set<string>();
  return {
    missing,
    of(job) {
      const known = namesOf(job).flatMap((name) => given.get(name) ?? [])[0];
      if (known !== undefined) return known;
      const program = pathOf(told.get(job.name)) ?? job.name;
      if (!isOnPath(program, searchPath)) missing.add(job.name);
      return program;
    },
  };
}

/** The most exact name comes first. */
function namesOf({ namespace, name, version }: DaxJob): string[] {
  const full = namespace === undefined ? name : `${namespace}::${name}`;
  return [...(version === undefined ? [] : [`${full}:${version}`, `${name}:${version}`]), full, name];
}

/** Programs on other machines are of no use here. */
function pathOf(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  if (url.startsWith('/')) return url;
  if (!url.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(url);
  } catch {
    return undefined; // It names another host.
  }
}

const SHOWN = 5;

/** @throws SkepError input_unreadable naming the transformations */
export function refuseMissing(missing: ReadonlySet<string>, file: string): void {
  if (missing.size === 0) return;
  const [first = ''] = missing;
  const names = [...missing].slice(0, SHOWN).join(', ');
  const more = missing.size > SHOWN ? ` and ${missing.size - SHOWN} more` : '';
  const sentence = `${file}: no program is known for ${names}${more}: give it with --transformation ${first}=PATH, or put it on the PATH.`;
  throw new SkepError('input_unreadable', sentence);
}
