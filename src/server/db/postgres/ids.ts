import { type Kysely, sql } from 'kysely';
import type { Schema } from '../schema.ts';

/** Makes generated ids go on behind the highest one of each table: ids that are given leave the sequences behind. */
export async function alignIds(db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.columns
    where table_schema = current_schema() and column_name = 'id' and is_identity = 'YES'`.execute(db);
  for (const { name } of rows) {
    const sequence = sql.lit(`${name}_id_seq`);
    await sql`
      select setval(${sequence}, highest.id)
      from (select max(id) as id from ${sql.table(name)}) as highest
      where highest.id > (select last_value from ${sql.table(`${name}_id_seq`)})
        or (highest.id = 1 and not (select is_called from ${sql.table(`${name}_id_seq`)}))`.execute(db);
  }
}
