/** Markup, in which everything that was not written here is text. */
import { escapeHtml } from '../../core/escape-html.ts';
import { plainOutput } from '../output/terminal.ts';

/** Markup that may be put into other markup as it is. Made by {@link html} alone. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | null | false | readonly Part[];

/** A template whose values are escaped, unless they are markup; lists are joined, null and false are nothing. */
export function html(pieces: TemplateStringsArray, ...values: readonly Part[]): Markup {
  const text = pieces.map((piece, index) => piece + textOf(values[index] ?? null));
  return new Markup(text.join(''));
}

/** Text of this program, such as a style sheet, as it is. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function textOf(value: Part): string {
  if (value instanceof Markup) return value.text;
  if (value === null || value === false) return '';
  if (typeof value === 'object') return value.map(textOf).join('');
  return escapeHtml(plainText(String(value)));
}

/**
 * Text of others without what only a terminal understands: colours and moves of the cursor go, other control characters,
 * and those that turn the direction of writing round, become `·`.
 */
export function plainText(text: string): string {
  return plainOutput(text).toWellFormed();
}
