/** Tokens of users: made, listed, ended, and recognised. Only their hashes are kept. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Role } from '../../api/access.ts';
import { messageOf, SkepError } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import type { ReadUnit, WriteUnit } from '../db/database.ts';
import type { Services } from '../handler.ts';
import type { Authenticator } from './authenticate.ts';

/** What programs that search for lost secrets can know one by. */
const PREFIX = 'skep_';

const HEADER = new RegExp(`^Bearer (${PREFIX}[0-9a-f]{64})$`);

/** Milliseconds for which the last use of a token may be older than it is: it costs a write. */
const USE_KNOWN_TO = 60_000;

/** Knows users by the tokens that were made for them. Each request asks the database, so an ended token is so at once, on every server. */
export function userTokens({ database, clock, log }: Pick<Services, 'database' | 'clock' | 'log'>): Authenticator {
  return async ({ headers }) => {
    const token = HEADER.exec(headers.authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    const hash = hashOf(token);
    const row = await database.read(({ db }) =>
      db.selectFrom('skep_user_token').selectAll().where('hash', '=', hash).executeTakeFirst(),
    );
    if (row === undefined || !timingSafeEqual(Buffer.from(row.hash), Buffer.from(hash))) return undefined;
    const now = clock.now();
    if (row.revoked !== null || (row.expires !== null && row.expires <= now)) return undefined;
    if (row.last_used === null || now - row.last_used >= USE_KNOWN_TO) {
      // Whoever only reads must not be kept from it by a database that cannot be written to.
      await database
        .write((unit) => noteUse(unit, row.id, now))
        .catch((error: unknown) => {
          log.warn({ token: row.name, error: messageOf(error) }, 'The use of a token could not be noted');
        });
    }
    return { user: row.user, role: row.role, source: 'user token', tokenId: row.id };
  };
}

async function noteUse({ db }: WriteUnit, id: number, now: number): Promise<void> {
  await db.updateTable('skep_user_token').set({ last_used: now }).where('id', '=', id).execute();
}

export interface NewToken {
  readonly user: string;
  readonly role: Role;
  readonly name: string | undefined;
  /** Milliseconds since 1970; null: never. */
  readonly expires: number | null;
}

/** @throws SkepError `invalid_usage` for a name that a token in force has. */
export async function createToken(unit: WriteUnit, wanted: NewToken, random: Random) {
  const token = `${PREFIX}${random.secret()}`;
  const name = wanted.name ?? (await freeName(unit, wanted.user));
  if (wanted.name !== undefined && (await isTaken(unit, name))) {
    throw new SkepError(
      'invalid_usage',
      `There is a token of the name ${name}: revoke it first, or give another name.`,
    );
  }
  const { id } = await unit.db
    .insertInto('skep_user_token')
    .values({ ...wanted, name, hash: hashOf(token), created: unit.now })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, name, token };
}

async function freeName(unit: ReadUnit, user: string): Promise<string> {
  // Of what names are made of alone, and not of digits alone.
  const base = user
    .replace(/[^A-Za-z0-9_.@-]/g, '_')
    .replace(/^(\d+)$/, 'user-$1')
    .slice(0, 90);
  for (let count = 1; ; count++) {
    const name = count === 1 ? base : `${base}-${count}`;
    if (!(await isTaken(unit, name))) return name;
  }
}

async function isTaken({ db }: ReadUnit, name: string): Promise<boolean> {
  const found = await db
    .selectFrom('skep_user_token')
    .select('id')
    .where('name', '=', name)
    .where('revoked', 'is', null)
    .executeTakeFirst();
  return found !== undefined;
}

/** All, or those of a user, the newest first. */
export function listTokens({ db }: ReadUnit, user: string | undefined) {
  return db
    .selectFrom('skep_user_token')
    .select(['id as token_id', 'name', 'user', 'role', 'created', 'expires', 'revoked', 'last_used'])
    .$if(user !== undefined, (query) => query.where('user', '=', user as string))
    .orderBy('id', 'desc')
    .execute();
}

/**
 * Ends a token by its id or name; one that has ended stays as it is. `user`: only one of his.
 * @throws SkepError `not_found`, and `not_permitted`, which tells no more than that, for one of somebody else.
 */
export async function revokeToken({ db, now }: WriteUnit, idOrName: string, user: string | undefined) {
  const row = await db
    .selectFrom('skep_user_token')
    .select(['id', 'name', 'user', 'revoked'])
    .where((token) => (/^\d{1,15}$/.test(idOrName) ? token('id', '=', Number(idOrName)) : token('name', '=', idOrName)))
    // Of several with one name the last alone may be in force.
    .orderBy('id', 'desc')
    .executeTakeFirst();
  if (row === undefined && user === undefined) throw new SkepError('not_found', `There is no token ${idOrName}.`);
  if (row === undefined || (user !== undefined && row.user !== user)) {
    throw new SkepError('not_permitted', `There is no token ${idOrName} of ${user}, who may revoke his own alone.`);
  }
  await db
    .updateTable('skep_user_token')
    .set({ revoked: now })
    .where('id', '=', row.id)
    .where('revoked', 'is', null)
    .execute();
  return { token_id: row.id, name: row.name, user: row.user };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
