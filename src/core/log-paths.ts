import { join } from 'node:path';

/** Longest path that the server stores. Source: distributor-worker §8.3. */
const LONGEST_PATH = 2048;
/** Bytes of the task's name in a file name: most file systems allow 255, and the id comes after it. */
const LONGEST_NAME = 200;

/**
 * Path of the log file of one stream, `<directory>/<task name>.o<id>` or `.e<id>`; null without a directory. Source:
 * distributor-worker §10. A name is data: whatever it holds, the file lies in the directory.
 */
export function logPath(directory: string | null, taskName: string, stream: 'o' | 'e', id: string): string | null {
  if (directory === null || directory === '') return null;
  const path = join(directory, `${plainName(taskName)}.${stream}${plainName(id)}`);
  return path.length > LONGEST_PATH ? null : path;
}

function plainName(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be in a file name.
  const plain = name.replace(/[/\u0000-\u001f\u007f]/g, '_');
  return Buffer.byteLength(plain) <= LONGEST_NAME
    ? plain
    : Buffer.from(plain)
        .subarray(0, LONGEST_NAME)
        .toString()
        .replace(/\ufffd$/, '');
}
