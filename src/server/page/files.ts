/** The files of the web page as the build left them, each with its compressed form. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { PACKAGE_DIRECTORY } from '../../core/own-files.ts';

export interface PageFile {
  readonly type: string;
  readonly plain: Buffer;
  readonly compressed: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Also when this runs from the sources: the page is always built. */
const DIRECTORY = join(PACKAGE_DIRECTORY, 'dist/web');

/**
 * Reads a file of the page when it is first asked for, and keeps it. Only names that the build wrote are known, so that no
 * path leads out of the directory; undefined for any other, and where the page was not built.
 */
export function pageFiles(): (name: string) => PageFile | undefined {
  let names: ReadonlySet<string> | undefined;
  const files = new Map<string, PageFile>();
  return (name) => {
    names ??= namesOf(DIRECTORY);
    if (!names.has(name)) return undefined;
    const file = files.get(name) ?? read(name);
    files.set(name, file);
    return file;
  };
}

function namesOf(directory: string): Set<string> {
  if (!existsSync(directory)) return new Set();
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const isComplete = (path: string) => extname(path) in TYPES && paths.includes(`${path}.gz`);
  return new Set(paths.filter(isComplete));
}

function read(name: string): PageFile {
  const path = join(DIRECTORY, name);
  return {
    type: TYPES[extname(name)] as string,
    plain: readFileSync(path),
    compressed: readFileSync(`${path}.gz`),
  };
}
