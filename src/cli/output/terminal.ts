import { stripVTControlCharacters, styleText } from 'node:util';
import { eastAsianWidth } from 'get-east-asian-width';
import { harmless } from '../../core/harmless.ts';

export { harmless };

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

/** Output of others without the colours and moves that it has for a terminal; whatever else is harmful becomes `·`. */
export function plainOutput(text: string): string {
  return harmless(stripVTControlCharacters(text));
}

/** Text of others on one line, harmless for a terminal. */
export function oneLine(text: string): string {
  return harmless(text).replace(/\s+/g, ' ').trim();
}

/** Columns that text takes on a terminal: two for most East Asian characters and emoji, none for combining marks. */
export function displayWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  return [...text].reduce((sum, character) => sum + widthOfCharacter(character), 0);
}

/** Cuts text to `width` columns, with `…` where something is missing. */
export function clip(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let used = 1; // by the `…`
  for (const character of text) {
    used += widthOfCharacter(character);
    if (used > width) break;
    kept += character;
  }
  return width < 1 ? '' : `${kept}…`;
}

/** A sentence in lines of at most `width` columns, broken between words; a word that is wider is cut. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && displayWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(clip(word, width));
  }
  return lines;
}

function widthOfCharacter(character: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(character)) return 0;
  return eastAsianWidth(character.codePointAt(0) as number);
}

/** `1 task`, `2 tasks`, `1,200 tasks`. */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
