/** Moving all that a database of SQLite holds to PostgreSQL. */
import { dirname, join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Clock } from '../../core/clock.ts';
import { SkepError } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import { rowsOf } from './bulk.ts';
import { Database } from './database.ts';
import { unavailable } from './errors.ts';
import type { Cell, Kind } from './fragments.ts';
import type { Schema } from './schema.ts';
import { lockFile } from './sqlite/dialect.ts';
import type { ReadUnit } from './unit.ts';

export interface CopyOptions {
  /** The file of SQLite. */
  readonly path: string;
  /** The address of the PostgreSQL database. */
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
}

export interface CopiedTable {
  readonly table: string;
  readonly rows: number;
}

/**
 * Copies every row, with its id, in one transaction: the other database has all of it or nothing.
 * @throws SkepError `database_unavailable` when one of the two cannot be used or a server uses the file,
 * `transition_refused` when the other one is not empty.
 */
export async function copyDatabase({ path, url, ...seams }: CopyOptions): Promise<CopiedTable[]> {
  await using opened = new AsyncDisposableStack();
  const unlock = lockFile(join(dirname(path), 'server.lock'));
  if (unlock === undefined) throw unavailable(path, 'a server uses it, which has to be stopped first');
  opened.defer(unlock);
  const source = await Database.open({ path, ...seams });
  opened.defer(() => source.close());
  const target = await Database.open({ url, ...seams });
  opened.defer(() => target.close());
  const copied = await source.read((from) => target.write((to) => copyAll(from, to)));
  await target.alignIds();
  return copied;
}

async function copyAll(from: ReadUnit, to: ReadUnit): Promise<CopiedTable[]> {
  const tables = await readTables(from);
  for (const { name } of tables.filter((table) => !SEEDED.has(table.name))) {
    if ((await countRows(to, name)) === 0) continue;
    throw new SkepError('transition_refused', `The database to copy to is not empty: its table ${name} has rows.`);
  }
  const copied: CopiedTable[] = [];
  for (const table of tables) {
    await sql`delete from ${sql.table(table.name)}`.execute(to.db); // Of the seeds, the source has its own.
    await copyTable(from, to, table);
    const [wanted, rows] = [await countRows(from, table.name), await countRows(to, table.name)];
    if (rows !== wanted) throw new Error(`${rows} of the ${wanted} rows of ${table.name} have arrived.`);
    copied.push({ table: table.name, rows });
  }
  return copied;
}

/** Tables that a new database has rows in. */
const SEEDED: ReadonlySet<string> = new Set([
  ...['arg_type', 'cluster_type', 'cluster', 'queue', 'task_resources_type', 'skep_revision', 'skep_setting'],
  ...['workflow_status', 'workflow_run_status', 'task_status', 'task_instance_status'],
]);

interface Table {
  readonly name: string;
  readonly columns: Readonly<Record<string, Kind>>;
  /** Columns of the primary key, in their order. */
  readonly key: readonly string[];
}

async function readTables({ db }: ReadUnit): Promise<Table[]> {
  const { rows } = await sql<{ table: string; name: string; type: string; pk: number }>`
    select entry.name as "table", info.name, lower(info.type) as type, info.pk
    from sqlite_schema as entry join pragma_table_info(entry.name) as info
    where entry.type = 'table' and entry.name not like 'sqlite_%' and entry.name not like 'kysely_%'
    order by entry.name, info.cid`.execute(db);
  return Array.from(
    Map.groupBy(rows, ({ table }) => table),
    ([name, columns]) => ({
      name,
      columns: Object.fromEntries(columns.map((column) => [column.name, column.type as Kind])),
      key: columns
        .filter(({ pk }) => pk > 0)
        .toSorted((left, right) => left.pk - right.pk)
        .map((column) => column.name),
    }),
  );
}

/** Rows in one statement: few megabytes, however long their texts usually are. */
const CHUNK = 2000;

type Row = Readonly<Record<string, Cell>>;

async function copyTable(from: ReadUnit, to: ReadUnit, table: Table): Promise<void> {
  let last: Row | undefined;
  do {
    const rows = await readChunk(from.db, table, last);
    if (rows.length > 0) await insertChunk(to.db, table, rows);
    last = rows.length === CHUNK ? rows.at(-1) : undefined;
  } while (last !== undefined);
}

async function readChunk(db: Kysely<Schema>, { name, key }: Table, last: Row | undefined): Promise<Row[]> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  const after = last && sql`where (${columns}) > (${sql.join(key.map((column) => last[column]))})`;
  const { rows } = await sql<Row>`
    select * from ${sql.table(name)} ${after ?? sql``} order by ${columns} limit ${CHUNK}`.execute(db);
  return rows;
}

async function insertChunk(db: Kysely<Schema>, { name, columns }: Table, rows: readonly Row[]): Promise<void> {
  const names = sql.join(Object.keys(columns).map((column) => sql.ref(column)));
  await sql`insert into ${sql.table(name)} (${names}) select ${names} from ${rowsOf(rows, columns)} as given`.execute(
    db,
  );
}

async function countRows({ db }: ReadUnit, table: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(db);
  return rows[0]?.count ?? 0;
}
