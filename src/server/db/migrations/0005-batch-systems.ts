/** What batch systems and workers say of attempts beyond their status. What each column means: ../schema.ts. */
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table task_instance add column pending_reason text').execute(db);
  await sql.raw('alter table task_instance add column ran_out text').execute(db);
}
