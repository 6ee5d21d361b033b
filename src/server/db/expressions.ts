/** Expressions that each dialect writes in its own way. */
import { type RawBuilder, sql } from 'kysely';
import { dialectal } from './fragments.ts';

/** A table of the ids that a stored list (such as `edge.upstream_node_ids`) names; join it to the row that has the list. */
export function listedIn(column: string): RawBuilder<{ value: number }> {
  return dialectal((fragments) => fragments.listed(sql.ref(column)));
}

/** JSON text of the list of a column's values in a group. */
export function listOf(column: string): RawBuilder<string> {
  return dialectal((fragments) => fragments.listOf(sql.ref(column)));
}

/** The texts of a column in a group with a comma between them. */
export function joined(column: string): RawBuilder<string> {
  return dialectal((fragments) => fragments.joined(sql.ref(column)));
}

/** Whether a column holds null or the text of a number. */
export function isNumber(column: string, { withReals }: { withReals: boolean }): RawBuilder<boolean> {
  return dialectal((fragments) => fragments.isNumber(sql.ref(column), withReals));
}

/** The number that a text is, of which {@link isNumber} is true; null for null. */
export function numberIn(column: string): RawBuilder<number | null> {
  return sql`cast(${sql.ref(column)} as double precision)`;
}
