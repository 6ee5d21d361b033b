import { clip, displayWidth, harmless, type Paint } from './terminal.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Gives way first when the terminal is too narrow, down to this many characters; other columns keep their width. */
  readonly shrinkTo?: number;
  /** Left out where the table would be too wide even so; of several the one with the highest number first. */
  readonly optional?: number;
}

/** Two spaces between columns and none at the ends. */
const GAP = '  ';

/** A table without borders that fits into `width` characters as far as its columns allow. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
  paint: Paint,
): string {
  const cells = rows.map((row) => row.map((cell) => harmless(cell).replace(/\s+/g, ' ')));
  const laid = layOut(columns, cells, width);
  const lineOf = (row: readonly string[]) =>
    laid.map((column) => pad(row[column.index] ?? '', column.width, columns[column.index]?.align));
  const head = lineOf(columns.map(({ title }) => title)).map((title) => paint('bold', title));
  return [head, ...cells.map(lineOf)].map((line) => line.join(GAP).trimEnd()).join('\n');
}

function pad(cell: string, width: number, align: Column['align']): string {
  const text = clip(cell, width);
  const blanks = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'right' ? blanks + text : text + blanks;
}

/** One column of the table: which, and how wide. */
interface LaidColumn {
  readonly index: number;
  readonly width: number;
}

function layOut(columns: readonly Column[], cells: readonly (readonly string[])[], width: number): LaidColumn[] {
  const natural = columns.map(({ title }, index) =>
    cells.reduce((widest, row) => Math.max(widest, displayWidth(row[index] ?? '')), title.length),
  );
  let shown = columns.map((column, index) => ({ index, width: natural[index] ?? 0, ...column }));
  for (;;) {
    const widths = shrink(shown, width);
    const [dispensable] = shown.toSorted((one, other) => (other.optional ?? 0) - (one.optional ?? 0));
    if (dispensable?.optional === undefined || widthOfAll(widths) <= width) {
      return shown.map(({ index }, place) => ({ index, width: widths[place] ?? 0 }));
    }
    shown = shown.filter((column) => column !== dispensable);
  }
}

function widthOfAll(widths: readonly number[]): number {
  return widths.reduce((sum, one) => sum + one, 0) + GAP.length * (widths.length - 1);
}

function shrink(columns: readonly (Column & LaidColumn)[], width: number): number[] {
  const widths = columns.map((column) => column.width);
  for (let excess = widthOfAll(widths) - width; excess > 0; excess--) {
    // The widest column that may still give way: long texts lose before short ones do.
    let widest = -1;
    for (const [place, { shrinkTo }] of columns.entries()) {
      const room = (widths[place] ?? 0) - (shrinkTo ?? Number.POSITIVE_INFINITY);
      if (room > 0 && (widest === -1 || (widths[place] ?? 0) > (widths[widest] ?? 0))) widest = place;
    }
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}
