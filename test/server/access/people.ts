/** Users with tokens of all kinds, and what a request may have changed. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Role } from '../../../src/api/access.ts';
import { systemRandom } from '../../../src/core/random.ts';
import { createToken } from '../../../src/server/access/tokens.ts';
import type { Served } from '../served.ts';

interface Wanted {
  readonly user: string;
  readonly role?: Role;
  readonly name?: string;
  /** Milliseconds since 1970. */
  readonly expires?: number;
  readonly revoked?: number;
}

/** Makes a token as the server does, and gives its secret. */
export function makeToken(
  { database }: Served,
  { user, role = 'user', name, expires, revoked }: Wanted,
): Promise<string> {
  return database.write(async (unit) => {
    const wanted = { user, role, name, expires: expires ?? null };
    const { id, token } = await createToken(unit, wanted, systemRandom);
    if (revoked !== undefined) {
      await unit.db.updateTable('skep_user_token').set({ revoked }).where('id', '=', id).execute();
    }
    return token;
  });
}

/** Asked once: PostgreSQL takes long to tell. */
let tables: string[] | undefined;

/** A digest of every table, but for the record of what was asked for and for when a token was used last. */
export function everything({ database }: Served): Promise<string> {
  return database.read(async ({ db }) => {
    tables ??= (await db.introspection.getTables()).map(({ name }) => name).sort();
    const digest = createHash('sha256');
    for (const table of tables.filter((name) => name !== 'skep_audit' && !name.startsWith('sqlite'))) {
      const { rows } = await sql<object>`select * from ${sql.table(table)}`.execute(db);
      digest.update(JSON.stringify([table, rows.map((row) => ({ ...row, last_used: null }))]));
    }
    return digest.digest('hex');
  });
}
