import type { CommandContext } from '../context.ts';
import { type Column, renderTable } from '../output/table.ts';
import { paintFor, widthOf } from '../output/terminal.ts';

/**
 * A value for programs, and rows as objects: easier to read than the columns of the wire. Control characters are
 * escaped, also those that JSON leaves alone, because a terminal obeys them.
 */
export function writeJson(value: unknown, { output }: CommandContext): void {
  const text = JSON.stringify(value, null, 2);
  output.write(`${text.replace(NOT_ESCAPED_BY_JSON, escaped)}\n`);
}

const NOT_ESCAPED_BY_JSON = /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

export function writeTable(
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  { output }: CommandContext,
): void {
  output.write(`${renderTable(columns, cells, widthOf(output), paintFor(output))}\n`);
}
