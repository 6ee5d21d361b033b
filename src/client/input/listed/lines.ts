/** The lines of a file that people write by hand. */
import { SkepError } from '../../../core/errors.ts';

export interface Line {
  /** From 1: where it begins. */
  readonly number: number;
  /** Without the end of the line; a line that ends with a backslash goes on in the next one. */
  readonly text: string;
}

/** @throws SkepError input_malformed for a control character, or a backslash at the end of the file */
export function* linesOf(text: string, file: string): Generator<Line> {
  let [number, begun] = [0, 0];
  let parts: string[] = [];
  for (const physical of text.split('\n')) {
    number++;
    const line = physical.endsWith('\r') ? physical.slice(0, -1) : physical;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are refused.
    if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(line)) {
      throw malformed(file, number, 'the line holds a control character, as files do that are no text');
    }
    if (parts.length === 0) begun = number;
    if (/(?:^|[^\\])(?:\\\\)*\\$/.test(line)) {
      parts.push(line.slice(0, -1));
      continue;
    }
    yield { number: begun, text: parts.length === 0 ? line : [...parts, line].join('') };
    parts = [];
  }
  if (parts.length > 0) throw malformed(file, begun, 'the last line ends with a backslash, and nothing follows');
}

/** One sentence with file and line. */
export function malformed(file: string, line: number, complaint: string): SkepError {
  return new SkepError('input_malformed', `${file}:${line}: ${complaint}.`);
}
