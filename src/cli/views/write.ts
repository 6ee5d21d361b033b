import type { CommandContext } from '../context.ts';
import type { FrameRow } from '../output/frame.ts';
import { type Column, renderTable } from '../output/table.ts';
import { paintFor, widthOf } from '../output/terminal.ts';

/** Rows as objects: easier to read for programs than the columns of the wire. */
export function writeJson(rows: readonly FrameRow[], { output }: CommandContext): void {
  output.write(`${JSON.stringify(rows, null, 2)}\n`);
}

export function writeTable(
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  { output }: CommandContext,
): void {
  output.write(`${renderTable(columns, cells, widthOf(output), paintFor(output))}\n`);
}
