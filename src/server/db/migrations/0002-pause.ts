/** What a paused workflow goes back to. */
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table workflow add column limit_before_pause integer').execute(db);
}
