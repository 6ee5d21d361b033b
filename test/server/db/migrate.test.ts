import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'kysely';
import { systemClock } from '../../../src/core/clock.ts';
import { systemRandom } from '../../../src/core/random.ts';
import { Database } from '../../../src/server/db/database.ts';
import { setWorkflowLimit } from '../../../src/server/operations/concurrency.ts';
import { pauseWorkflow } from '../../../src/server/operations/pause.ts';
import { temporaryDirectory } from '../served.ts';

test('a database of the first version keeps what it holds and gets what is new', async (context) => {
  const path = join(temporaryDirectory(context), 'skep.sqlite');
  const open = () => Database.open({ path, clock: systemClock, random: systemRandom });
  const old = await open();
  await old.write(async ({ db, now }) => {
    const identity = { dag_id: 1, workflow_args_hash: '1', task_hash: '1' };
    await db
      .insertInto('workflow')
      .values({ ...identity, max_concurrently_running: 12, status_date: now })
      .execute();
    const run = { workflow_id: 1, created_date: now, status_date: now, heartbeat_date: now };
    for (const user of ['bee', 'wasp'])
      await db
        .insertInto('workflow_run')
        .values({ ...run, user })
        .execute();
    await sql`alter table workflow drop column limit_before_pause`.execute(db);
    await sql`alter table workflow drop column owner`.execute(db);
    await sql`drop table skep_user_token`.execute(db);
    await sql`drop table skep_audit`.execute(db);
    await sql`drop table skep_notification`.execute(db);
    await sql`drop table skep_distributor`.execute(db);
    await sql`drop table skep_change`.execute(db);
    await sql`drop table skep_changed_resources`.execute(db);
    await sql`alter table task_instance drop column pending_reason`.execute(db);
    await sql`alter table task_instance drop column ran_out`.execute(db);
    await sql`delete from kysely_migration where name > '0001-initial'`.execute(db);
  });
  await old.close();

  const database = await open();
  assert.deepEqual(await database.write((unit) => setWorkflowLimit(unit, 1, 13)), { isPaused: false });
  assert.deepEqual(await database.write((unit) => pauseWorkflow(unit, 1)), {
    isPaused: true,
    limit: 13,
    isChanged: true,
  });
  const { owner } = await database.read(({ db }) =>
    db.selectFrom('workflow').select('owner').executeTakeFirstOrThrow(),
  );
  assert.equal(owner, 'bee', 'who ran it first');
  assert.deepEqual(await database.read(({ db }) => db.selectFrom('skep_notification').selectAll().execute()), []);
  assert.deepEqual(await database.read(({ db }) => db.selectFrom('skep_distributor').selectAll().execute()), []);
  assert.deepEqual(await database.read(({ db }) => db.selectFrom('skep_change').selectAll().execute()), []);
  await database.close();
});
