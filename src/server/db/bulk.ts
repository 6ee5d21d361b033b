/**
 * Many values as one parameter, or one for each column, which the database unfolds into rows. A statement then has the
 * same text for one row and for a thousand, so it is compiled once, and no limit on placeholders is ever met.
 */
import type { RawBuilder } from 'kysely';
import { type Cell, dialectal, type Kind } from './fragments.ts';

/** A sub-select of ids (integers), for `where('id', 'in', idsOf(ids))`. */
export function idsOf(ids: Iterable<number>): RawBuilder<number> {
  const values = [...ids];
  return dialectal((fragments) => fragments.values(values, 'integer'));
}

/** A sub-select of texts, for `where('name', 'in', textsOf(names))`. */
export function textsOf<Text extends string>(texts: Iterable<Text>): RawBuilder<Text> {
  const values = [...texts];
  return dialectal((fragments) => fragments.values(values, 'text'));
}

type KindOf<Value> = [NonNullable<Value>] extends [never] ? Kind : NonNullable<Value> extends string ? 'text' : Kind;

/**
 * A table of `rows`, for `selectFrom(rowsOf(rows, { id: 'integer', name: 'text' }).as('given'))`; order it by a column of
 * its own where order matters.
 */
export function rowsOf<Row extends { readonly [Column in keyof Row]: Cell }>(
  rows: readonly Row[],
  columns: { readonly [Column in keyof Row & string]: KindOf<Row[Column]> },
): RawBuilder<Row> {
  const named = Object.entries(columns) as [string, Kind][];
  return dialectal((fragments) => fragments.rows(rows as readonly Readonly<Record<string, Cell>>[], named));
}
