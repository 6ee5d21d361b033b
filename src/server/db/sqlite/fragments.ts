/** Expressions in SQLite's words: bulk values are JSON text that it unfolds. */
import { sql } from 'kysely';
import type { Cell, Fragments } from '../fragments.ts';
import { storable } from '../text.ts';

export const sqliteFragments: Fragments = {
  values: (values) => sql`(select value from json_each(${jsonOf(values)}))`,

  rows(rows, columns) {
    const text = jsonOf(rows.map((row) => columns.map(([column]) => row[column] ?? null)));
    const cells = columns.map(([column], index) => sql`value ->> ${sql.lit(index)} as ${sql.id(column)}`);
    return sql`(select ${sql.join(cells)} from json_each(${text}))`;
  },

  listed: (column) => sql`json_each(${column})`,

  listOf: (value) => sql`json_group_array(${value})`,

  joined: (text) => sql`group_concat(${text})`,

  isNumber(text, withReals) {
    const types = withReals ? sql`'integer', 'real'` : sql`'integer'`;
    return sql`(${text} is null or case when json_valid(${text}) then json_type(${text}) in (${types}) end)`;
  },
};

function jsonOf(values: readonly (Cell | readonly Cell[])[]): string {
  const text = JSON.stringify(values);
  // Seldom: a NUL, or a text that spells one. Both are rare enough to look at every text again.
  return text.includes('\\u0000') ? JSON.stringify(values, storableCell) : text;
}

function storableCell(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? storable(value) : value;
}
