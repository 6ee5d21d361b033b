import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { systemClock as clock } from '../../../src/core/clock.ts';
import { systemRandom as random } from '../../../src/core/random.ts';
import { copyDatabase } from '../../../src/server/db/copy.ts';
import { Database } from '../../../src/server/db/database.ts';
import { lockFile } from '../../../src/server/db/sqlite/dialect.ts';
import { createPostgresPlace, NO_POSTGRES } from '../../support/database.ts';
import { temporaryDirectory } from '../served.ts';

/** More than one statement carries. */
const NODES = 4500;

async function places(context: TestContext) {
  const path = join(temporaryDirectory(context), 'skep.sqlite');
  const place = await createPostgresPlace();
  context.after(() => place.remove());
  const source = await Database.open({ path, clock, random });
  await source.write(async (unit) => {
    const { db, now } = unit;
    await db.insertInto('tool').values({ id: 7, name: 'it\'s \\ "näh"\n' }).execute();
    await sql`with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${NODES})
      insert into node (id, task_template_version_id, node_args_hash) select n, 1, n from numbers`.execute(db);
    await sql`insert into edge (dag_id, node_id, downstream_node_ids) select 1 + id % 2, id, '[1]' from node`.execute(
      db,
    );
    await sql`insert into workflow_run (workflow_id, created_date, status_date, heartbeat_date, heartbeat_increment)
      values (1, ${now}, ${now}, ${now}, 1.5)`.execute(db);
    await unit.revision();
  });
  const { databaseId } = source;
  await source.close();
  return { path, url: place.location.url, databaseId };
}

describe('copying to PostgreSQL', { skip: NO_POSTGRES }, () => {
  test('every row arrives with its id, and new ids follow', async (context) => {
    const { path, url, databaseId } = await places(context);
    const copied = await copyDatabase({ path, url, clock, random });
    assert.equal(copied.find(({ table }) => table === 'node')?.rows, NODES);
    const target = await Database.open({ url, clock, random });
    context.after(() => target.close());
    assert.equal(target.databaseId, databaseId);
    const tool = await target.write(async (unit) => {
      assert.equal(await unit.revision(), 2);
      return unit.db.insertInto('tool').values({ name: 'next' }).returning('id').executeTakeFirstOrThrow();
    });
    assert.equal(tool.id, 8);
    await target.read(async ({ db }) => {
      const { rows } = await sql<object>`select id, node_args_hash as hash from node order by id`.execute(db);
      assert.deepEqual(
        rows,
        Array.from({ length: NODES }, (_, index) => ({ id: index + 1, hash: String(index + 1) })),
      );
      const edges = await sql<object>`select count(*) as count from edge where downstream_node_ids = '[1]'`.execute(db);
      assert.deepEqual(edges.rows, [{ count: NODES }]);
      const names = await db.selectFrom('tool').select('name').where('id', '=', 7).execute();
      assert.deepEqual(names, [{ name: 'it\'s \\ "näh"\n' }]);
      const runs = await db.selectFrom('workflow_run').select('heartbeat_increment').execute();
      assert.deepEqual(runs, [{ heartbeat_increment: 1.5 }]);
    });
  });

  test('a database with rows is refused, and stays as it is', async (context) => {
    const { path, url } = await places(context);
    const target = await Database.open({ url, clock, random });
    context.after(() => target.close());
    await target.write(({ db }) => db.insertInto('arg').values({ name: 'a' }).execute());
    await assert.rejects(copyDatabase({ path, url, clock, random }), {
      code: 'transition_refused',
      message: 'The database to copy to is not empty: its table arg has rows.',
    });
    assert.deepEqual(await target.read(({ db }) => db.selectFrom('node').selectAll().execute()), []);
  });

  test('a file that a server uses is refused', async (context) => {
    const { path, url } = await places(context);
    const unlock = lockFile(join(path, '..', 'server.lock'));
    await assert.rejects(copyDatabase({ path, url, clock, random }), /a server uses it, which has to be stopped first/);
    unlock?.();
  });
});
