import { SkepError } from '../../../core/errors.ts';

/** Names below the work directory that are ours. */
export const ATTEMPTS_LOG = 'attempts.log';
export const TASK_DIRECTORY = '.skep';

/**
 * Where the file with this id lies, relative to the work directory. An id such as `/b6/e9/x.html` is absolute on the
 * machine where the trace was recorded; here it must stay below the work directory.
 * @throws SkepError input_malformed for an id that would leave the directory, or that no file can have.
 */
export function relativePathOf(id: string, path: string): string {
  const segments = id.split('/').filter((segment) => segment !== '' && segment !== '.');
  const refuse = (reason: string) =>
    new SkepError('input_malformed', `${path}: the file id ${JSON.stringify(id)} ${reason}.`);
  if (segments.length === 0) throw refuse('names no file');
  if (segments.includes('..')) throw refuse('leads out of the work directory');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are refused.
  if (/[\u0000-\u001f\u007f]/.test(id)) throw refuse('holds a control character');
  if (segments.some((segment) => Buffer.byteLength(segment) > 255)) throw refuse('has a part of more than 255 bytes');
  if (segments[0] === TASK_DIRECTORY || segments[0] === ATTEMPTS_LOG) throw refuse('is a name that Skep uses itself');
  return segments.join('/');
}

/** @throws SkepError input_malformed when one file would have to be a directory for another. */
export function refuseFilesAsDirectories(files: Iterable<string>, path: string): void {
  const all = new Set(files);
  for (const file of all) {
    for (let slash = file.indexOf('/'); slash !== -1; slash = file.indexOf('/', slash + 1)) {
      const directory = file.slice(0, slash);
      if (all.has(directory)) {
        throw new SkepError('input_malformed', `${path}: ${directory} is a file and the directory of ${file} at once.`);
      }
    }
  }
}
