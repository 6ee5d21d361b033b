/** Expressions in PostgreSQL's words: bulk values are arrays, one for each column. */
import { sql } from 'kysely';
import type { Cell, Fragments, Kind } from '../fragments.ts';

const TYPES = { integer: 'bigint', real: 'double precision', text: 'text' } as const satisfies Record<Kind, string>;

export const postgresFragments: Fragments = {
  values: (values, kind) => sql`(select unnest(${arrayOf(values, kind)}))`,

  rows(rows, columns) {
    const arrays = columns.map(([column, kind]) => {
      const cells = rows.map((row) => row[column] ?? null);
      return arrayOf(cells, kind);
    });
    const names = columns.map(([column]) => sql.id(column));
    return sql`(select * from unnest(${sql.join(arrays)}) as given_column (${sql.join(names)}))`;
  },

  // Lists that old programs wrote are JSON text of JSON text, `null` or empty; what all forms have in common are the ids.
  listed: (column) => sql`lateral (select unnest(string_to_array(
    nullif(nullif(trim(both '[]" ' from ${column}), ''), 'null'), ','))::bigint as value)`,

  listOf: (value) => sql`('[' || coalesce(string_agg(${value}::text, ','), '') || ']')`,

  joined: (text) => sql`string_agg(${text}, ',')`,

  isNumber(text, withReals) {
    const pattern = withReals ? NUMBER : INTEGER;
    return sql`(${text} is null or ${text} ~ ${sql.lit(pattern)})`;
  },
};

const INTEGER = '^\\s*-?(0|[1-9][0-9]*)\\s*$';
const NUMBER = '^\\s*-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?\\s*$';

function arrayOf(cells: readonly Cell[], kind: Kind) {
  return sql`${arrayText(cells, kind)}::${sql.raw(TYPES[kind])}[]`;
}

/** An array as PostgreSQL reads it from text. */
function arrayText(cells: readonly Cell[], kind: Kind): string {
  if (kind !== 'text') return `{${cells.map((cell) => cell ?? 'null').join(',')}}`;
  return `{${cells.map((cell) => (cell === null ? 'null' : quoted(String(cell)))).join(',')}}`;
}

function quoted(text: string): string {
  return `"${/["\\]/.test(text) ? text.replace(/["\\]/g, '\\$&') : text}"`;
}
