/** Files that commands make for people. */
import { linkSync, renameSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf, SkepError } from '../../core/errors.ts';

export interface NewFileOptions {
  /** Replaces a file that is there. Default: false. */
  readonly force?: boolean | undefined;
}

/**
 * Says early what would be said after all the work.
 * @throws SkepError invalid_usage when the folder does not exist, when it is no folder, or the file is there already.
 */
export function checkNewFile(path: string, { force }: NewFileOptions = {}): void {
  const folder = dirname(path);
  if (!found(folder, path)?.isDirectory()) {
    throw new SkepError('invalid_usage', `Cannot write ${path}: there is no folder ${folder}.`);
  }
  const there = found(path, path);
  if (there?.isDirectory()) throw new SkepError('invalid_usage', `Cannot write ${path}: it is a folder.`);
  if (there !== undefined && !force) throw existsAlready(path);
}

/** What lies at a place, for the file that is to be written. */
function found(place: string, path: string): Stats | undefined {
  try {
    return statSync(place, { throwIfNoEntry: false });
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

/**
 * Writes a file so that a reader sees it whole or not at all, and what is there stays as it is when anything fails.
 * @throws SkepError invalid_usage as {@link checkNewFile}, and when it cannot be written.
 */
export function writeNewFile(path: string, text: string, options: NewFileOptions = {}): void {
  checkNewFile(path, options);
  const draft = join(dirname(path), `.${basename(path).slice(0, 200)}.${process.pid}`);
  try {
    writeFileSync(draft, text);
    if (options.force) renameSync(draft, path);
    else linkSync(draft, path); // Refused by the system when somebody else has made the file meanwhile.
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw existsAlready(path);
    throw cannotWrite(path, cause);
  } finally {
    rmSync(draft, { force: true });
  }
}

export function existsAlready(path: string): SkepError {
  return new SkepError('invalid_usage', `${path} exists already; --force replaces it.`);
}

export function cannotWrite(path: string, cause: unknown): SkepError {
  return new SkepError('invalid_usage', `Cannot write ${path}: ${messageOf(cause)}.`, { cause });
}
