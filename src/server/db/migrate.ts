import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { messageOf } from '../../core/errors.ts';
import { laterVersion } from './errors.ts';
import { statements as initial } from './migrations/0001-initial.ts';
import { statements as pause } from './migrations/0002-pause.ts';
import { statements as notifications } from './migrations/0003-notifications.ts';
import { statements as batchSystems } from './migrations/0004-batch-systems.ts';
import { statements as distributors } from './migrations/0005-distributors.ts';
import { statements as countsByArray } from './migrations/0006-counts-by-array.ts';
import { statements as changes } from './migrations/0007-changes.ts';
import { statements as access } from './migrations/0008-access.ts';
import type { Schema } from './schema.ts';

/** Every migration, in order. A released one is never changed: a later one corrects it. */
const MIGRATIONS: Readonly<Record<string, readonly string[]>> = {
  '0001-initial': initial,
  '0002-pause': pause,
  '0003-notifications': notifications,
  '0004-batch-systems': batchSystems,
  '0005-distributors': distributors,
  '0006-counts-by-array': countsByArray,
  '0007-changes': changes,
  '0008-access': access,
};

/** What the migrator says of a migration that was carried out and that we do not have. */
const LATER = /previously executed migration (\S+) is missing/;

/**
 * Brings the tables up to date, in one transaction; does nothing when they are. Migrations are written in SQLite's words;
 * `toDialect` puts a statement into those of the database.
 * @throws SkepError `database_later` when a later version of Skep has changed the tables.
 */
export async function migrate(
  db: Kysely<Schema>,
  { name, toDialect }: { readonly name: string; readonly toDialect: (statement: string) => string },
): Promise<void> {
  const migrations = Object.fromEntries(
    Object.entries(MIGRATIONS).map(([name, statements]) => [name, migration(statements.map(toDialect))]),
  );
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const [, later] = LATER.exec(messageOf(error)) ?? [];
  throw later === undefined ? error : laterVersion(name, later, error);
}

/**
 * How the tables stand to this version: `missing`: they lack migrations that it knows; `unknown`: a newer version has
 * changed them.
 */
export async function migrationState(db: Kysely<Schema>): Promise<'current' | 'missing' | 'unknown'> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  const done = new Set(rows.map(({ name }) => name));
  if (Object.keys(MIGRATIONS).some((name) => !done.has(name))) return 'missing';
  return [...done].every((name) => name in MIGRATIONS) ? 'current' : 'unknown';
}

function migration(statements: readonly string[]): Migration {
  return {
    async up(db: Kysely<unknown>) {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}
