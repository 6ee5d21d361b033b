/**
 * Many values as one parameter: JSON text that the database unfolds into rows. A statement then has the same text for one
 * row and for a thousand, so it is compiled once, and no limit on placeholders is ever met.
 */
import { type RawBuilder, sql } from 'kysely';

/** A sub-select of ids (integers), for `where('id', 'in', idsOf(ids))`. */
export function idsOf(ids: Iterable<number>): RawBuilder<number> {
  return sql<number>`(select value from json_each(${JSON.stringify([...ids])}))`;
}

/** A sub-select of texts, for `where('name', 'in', textsOf(names))`. */
export function textsOf(texts: Iterable<string>): RawBuilder<string> {
  return sql<string>`(select value from json_each(${JSON.stringify([...texts])}))`;
}

type Cell = string | number | null;

/**
 * A table of `rows`, for `selectFrom(rowsOf(rows, ['id', 'name']).as('given'))`; order it by a column of its own where
 * order matters.
 */
export function rowsOf<Row extends { readonly [Column in keyof Row]: Cell }>(
  rows: readonly Row[],
  columns: readonly (keyof Row & string)[],
): RawBuilder<Row> {
  const text = JSON.stringify(rows.map((row) => columns.map((column) => row[column] ?? null)));
  const cells = columns.map((column, index) => sql`value ->> ${sql.lit(index)} as ${sql.id(column)}`);
  return sql<Row>`(select ${sql.join(cells)} from json_each(${text}))`;
}
