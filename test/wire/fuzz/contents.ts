import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { Served } from '../../server/served.ts';

/** Reads a text that changes with the contents of the database: how many rows each table has, and their revisions. */
export async function contentsOf(test: { after(action: () => void): void }, served: Served): Promise<() => string> {
  const { rows } = await served.database.read(({ db }) =>
    sql<{ file: string }>`select file from pragma_database_list where name = 'main'`.execute(db),
  );
  const observer = new DatabaseSync(rows[0]?.file ?? '', { readOnly: true });
  test.after(() => observer.close());
  const version = observer.prepare('pragma data_version');
  const contents = observer.prepare(sumsOf(observer));
  // What SQLite tells a connection about the commits of others, in microseconds. A transaction in which everything was
  // rolled back may count as well.
  let known: unknown;
  let text = '';
  return () => {
    const current = version.get()?.data_version;
    if (current !== known) text = JSON.stringify(contents.get());
    known = current;
    return text;
  };
}

/** One statement over all tables. */
function sumsOf(database: DatabaseSync): string {
  const columns = database
    .prepare(
      `select t.name as "table", max(c.name = 'revision') as has_revision
      from sqlite_schema t join pragma_table_info(t.name) c where t.type = 'table' group by t.name`,
    )
    .all();
  // The record of what was asked for is no part of what a request changes.
  const sums = columns
    .filter(({ table }) => table !== 'skep_audit')
    .map(({ table, has_revision }) => {
      const sum = has_revision === 1 ? `count(*) || '/' || coalesce(sum(revision), 0)` : 'count(*)';
      return `(select ${sum} from "${table}") as "${table}"`;
    });
  return `select ${sums.join(', ')}`;
}
