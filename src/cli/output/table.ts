import Table from 'cli-table3';
import { clip, harmless, type Paint } from './terminal.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Gives way first when the terminal is too narrow, down to this many characters; other columns keep their width. */
  readonly shrinkTo?: number;
}

/** Two spaces between columns and none at the ends. */
const GAP = 2;

const NO_BORDERS = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'].map((part) => [
    part,
    '',
  ]),
);
const NO_RULES = { left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' };

/** A table without borders that fits into `width` characters as far as its shrinkable columns allow. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
  paint: Paint,
): string {
  const cells = rows.map((row) => row.map((cell) => harmless(cell).replace(/\s+/g, ' ')));
  const widths = fit(
    columns,
    columns.map((column, index) =>
      Math.max(column.title.length, ...cells.map((row) => [...(row[index] ?? '')].length)),
    ),
    width,
  );
  const table = new Table({
    colAligns: columns.map(({ align = 'left' }) => align),
    colWidths: widths,
    chars: { ...NO_BORDERS, ...NO_RULES },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(columns.map(({ title }, index) => paint('bold', clip(title, widths[index] ?? 0))));
  for (const row of cells) table.push(row.map((cell, index) => clip(cell, widths[index] ?? 0)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function fit(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, one) => sum + one, 0) + GAP * (columns.length - 1) - width;
  while (excess > 0) {
    // The widest column that may still give way: long texts lose before short ones do.
    let widest = -1;
    for (const [index, { shrinkTo }] of columns.entries()) {
      const room = (widths[index] ?? 0) - (shrinkTo ?? Number.POSITIVE_INFINITY);
      if (room > 0 && (widest === -1 || (widths[index] ?? 0) > (widths[widest] ?? 0))) widest = index;
    }
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess--;
  }
  return widths;
}
