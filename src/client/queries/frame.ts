import { SkepError } from '../../core/errors.ts';

/** One row of a frame: column name → value. */
export type FrameRow = Readonly<Record<string, string | number | null>>;

/**
 * Reads the column-oriented JSON text in which three routes answer a table: column → row number → value. Source:
 * http-views §1.4.
 * @throws SkepError answer_malformed when the text is no such table.
 */
export function parseFrame(text: string): FrameRow[] {
  let columns: unknown;
  try {
    columns = JSON.parse(text);
  } catch (cause) {
    throw new SkepError('answer_malformed', 'The table in the answer of the server is not valid JSON.', { cause });
  }
  if (typeof columns !== 'object' || columns === null || Array.isArray(columns)) {
    throw new SkepError('answer_malformed', 'The table in the answer of the server is not an object of columns.');
  }
  const rows: Record<string, string | number | null>[] = [];
  for (const [name, cells] of Object.entries(columns as Record<string, Record<string, string | number | null>>)) {
    for (const [number, value] of Object.entries(cells ?? {})) {
      rows[Number(number)] = { ...rows[Number(number)], [name]: value };
    }
  }
  return rows.filter((row) => row !== undefined);
}
