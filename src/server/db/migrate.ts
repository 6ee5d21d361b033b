import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { up as initial } from './migrations/0001-initial.ts';
import { up as pause } from './migrations/0002-pause.ts';
import { up as notifications } from './migrations/0003-notifications.ts';
import { up as batchSystems } from './migrations/0005-batch-systems.ts';
import type { Schema } from './schema.ts';

/** Every migration, in order. A released one is never changed: a later one corrects it. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-initial': { up: initial },
  '0002-pause': { up: pause },
  '0003-notifications': { up: notifications },
  '0005-batch-systems': { up: batchSystems },
};

/** Brings the tables up to date, in one transaction; does nothing when they are. */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
