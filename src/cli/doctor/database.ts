import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { messageOf } from '../../core/errors.ts';
import type { ReadConnection } from '../../server/db/connection.ts';
import type { Schema } from '../../server/db/schema.ts';
import { type Finding, ok, type Place, problem, warning } from './finding.ts';

/** Opened for reading alone: neither is one made, nor brought up to date. */
export async function checkDatabase(place: Place): Promise<Finding> {
  const check = 'database';
  if (place.config.http.service_url !== '') return ok(check, 'that of the configured server');
  try {
    const state = await readDatabase(place, async (db) => {
      const { migrationState } = await import('../../server/db/migrate.ts');
      const tables = await db.introspection.getTables();
      return tables.some(({ name }) => name === 'workflow') ? migrationState(db) : 'empty';
    });
    if (state === undefined || state === 'empty') return ok(check, 'none yet; the first server makes it');
    if (state === 'current') return ok(check, 'it opens, and its tables are those of this version');
    if (state === 'missing') {
      const what = 'its tables are of an older version';
      return warning(check, what, 'The next server of this version brings them up to date; copy the file before.');
    }
    const hint = 'Use that version or a newer one: this one does not start with it.';
    return problem(check, 'a newer version of Skep has changed its tables', hint);
  } catch (error) {
    const hint = 'Mend its permissions, or put a copy of it back; a database of PostgreSQL: see database.url.';
    return problem(check, `it cannot be read: ${messageOf(error)}`, hint);
  }
}

/** Reads the database of the configuration; undefined where there is none. */
export async function readDatabase<Result>(
  place: Place,
  read: (db: Kysely<Schema>) => Promise<Result>,
): Promise<Result | undefined> {
  const opened = await openReader(place);
  if (opened === undefined) return undefined;
  const { reader, close } = opened;
  try {
    await reader.begin();
    return await read(reader.db);
  } finally {
    await reader.close();
    await close();
  }
}

interface Opened {
  readonly reader: ReadConnection;
  close(): Promise<void>;
}

async function openReader({ config, dataDirectory, context }: Place): Promise<Opened | undefined> {
  const { url } = config.database;
  if (url !== '') {
    const { postgresEngine } = await import('../../server/db/postgres/engine.ts');
    const engine = postgresEngine({ url, clock: context.clock });
    return { reader: engine.openReader(), close: () => engine.close() };
  }
  const path = join(dataDirectory, 'skep.sqlite');
  if (!statSync(path, { throwIfNoEntry: false })?.size) return undefined;
  const { openConnection } = await import('../../server/db/sqlite/connection.ts');
  return { reader: openConnection({ path, readOnly: true }), close: async () => {} };
}
