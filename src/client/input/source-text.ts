import { readFile, stat } from 'node:fs/promises';
import { messageOf, SkepError } from '../../core/errors.ts';

/** A JavaScript string cannot hold more; a document near it would not fit into memory once parsed. */
const LONGEST = 512 * 1024 * 1024;

/**
 * The text of an input file.
 * @throws SkepError input_unreadable naming the file: missing, a directory, no permission, too large, or not UTF-8.
 */
export async function readSource(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > LONGEST) throw new Error(`it has ${size} bytes, more than ${LONGEST}`);
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    throw new SkepError('input_unreadable', `Cannot read ${path}: ${reasonOf(cause)}.`, { cause });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  ENOTDIR: 'a part of its path is not a directory',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not text in UTF-8',
};

function reasonOf(cause: unknown): string {
  return REASONS[(cause as NodeJS.ErrnoException).code ?? ''] ?? messageOf(cause);
}
