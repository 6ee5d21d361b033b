import { styleText } from 'node:util';

/** One of the two output streams of the command, as far as the command line needs to know it. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export type Format = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
export type Paint = (format: Format, text: string) => string;

/** Leaves the text as it is. */
export const noPaint: Paint = (_format, text) => text;

/** Colours for a stream: none unless it is a terminal, and none against the wish of `NO_COLOR`. */
export function paintFor(stream: OutputStream): Paint {
  if (!stream.isTTY || process.env.NO_COLOR) return noPaint;
  return (format, text) => styleText(format, text, { validateStream: false });
}

/** Width of what is not a terminal: wide enough that tables in files and pipes are not cut. */
const WIDTH_ELSEWHERE = 200;

export function widthOf(stream: OutputStream): number {
  return stream.isTTY ? (stream.columns ?? 80) : WIDTH_ELSEWHERE;
}

/**
 * Text of others (names, task output) made harmless for a terminal: control characters other than tab and newline
 * become `·`, so that no output can move the cursor, change colours or the title.
 */
export function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are replaced.
  return text.replace(/\r\n/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '·');
}

/** Cuts text to `width` characters, with `…` where something is missing. */
export function clip(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** `1 task`, `2 tasks`, `1,200 tasks`. */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
