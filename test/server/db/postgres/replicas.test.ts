/** Several servers on one PostgreSQL database. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { Client } from 'pg';
import { systemClock as clock } from '../../../../src/core/clock.ts';
import { systemRandom as random } from '../../../../src/core/random.ts';
import { Database, type WriteUnit } from '../../../../src/server/db/database.ts';
import { Feed } from '../../../../src/server/feed.ts';
import { administer, createPostgresPlace, NO_POSTGRES } from '../../../support/database.ts';

async function openMany(context: TestContext, count: number): Promise<{ url: string; databases: Database[] }> {
  const place = await createPostgresPlace();
  const { url } = place.location;
  const databases = await Promise.all(Array.from({ length: count }, () => Database.open({ url, clock, random })));
  context.after(async () => {
    await Promise.all(databases.map((database) => database.close()));
    await place.remove();
  });
  return { url, databases };
}

/** Adds a workflow that carries the revision of its unit. */
async function addWorkflow(unit: WriteUnit, hash: string): Promise<number> {
  const revision = await unit.revision();
  const identity = { dag_id: 1, workflow_args_hash: hash, task_hash: '1' };
  await unit.db
    .insertInto('workflow')
    .values({ ...identity, max_concurrently_running: 1, status_date: unit.now, revision })
    .execute();
  unit.changed('workflow:1');
  return revision;
}

/** Everything after the cursor, and the next cursor, of one snapshot. */
function newsAfter(database: Database, cursor: number) {
  return database.read(async ({ db }) => {
    const { value } = await db.selectFrom('skep_revision').select('value').executeTakeFirstOrThrow();
    const rows = await db.selectFrom('workflow').select('workflow_args_hash').where('revision', '>', cursor).execute();
    return { cursor: value, hashes: rows.map((row) => row.workflow_args_hash) };
  });
}

describe('servers of one database', { skip: NO_POSTGRES }, () => {
  test('a reader misses no change, whichever of two writers commits first', async (context) => {
    const { databases } = await openMany(context, 3);
    const [early, late, reader] = databases as [Database, Database, Database];
    const taken = Promise.withResolvers<void>();
    const mayCommit = Promise.withResolvers<void>();
    const order: string[] = [];
    const first = early.write(async (unit) => {
      await addWorkflow(unit, 'early');
      taken.resolve();
      await mayCommit.promise;
    });
    await taken.promise;
    const second = late.write((unit) => addWorkflow(unit, 'late'));
    const seen: string[] = [];
    let { cursor, hashes } = await newsAfter(reader, 0);
    seen.push(...hashes);
    const settled = [first.then(() => order.push('early')), second.then(() => order.push('late'))];
    mayCommit.resolve();
    await Promise.all(settled);
    ({ cursor, hashes } = await newsAfter(reader, cursor));
    seen.push(...hashes);
    assert.deepEqual(seen.toSorted(), ['early', 'late']);
    assert.deepEqual((await newsAfter(reader, cursor)).hashes, []);
    assert.equal(order[0], 'early');
  });

  test('numbers of a plain sequence would be missed in the same order of events', async (context) => {
    const { url } = await openMany(context, 1);
    await administer('create table change (revision bigint generated always as identity)', url);
    const early = new Client({ connectionString: url });
    await early.connect();
    await early.query('begin; insert into change default values');
    await administer('insert into change default values', url); // 2 is committed before 1.
    const [{ cursor } = {}] = await administer('select max(revision) as cursor from change', url);
    await early.query('commit');
    await early.end();
    assert.deepEqual(await administer(`select * from change where revision > ${cursor}`, url), []);
    assert.equal((await administer('select * from change', url)).length, 2);
  });

  test('units of all servers get one order of revisions without gaps', async (context) => {
    const { databases } = await openMany(context, 2);
    const writes = Array.from({ length: 100 }, (_, index) =>
      (databases[index % 2] as Database).write((unit) => addWorkflow(unit, String(index))),
    );
    const revisions = await Promise.all(writes);
    assert.deepEqual(
      revisions.toSorted((left, right) => left - right),
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
  });

  test('who waits at one server is woken by the commit of another', async (context) => {
    const { databases } = await openMany(context, 2);
    const [here, there] = databases as [Database, Database];
    const feed = new Feed(here, clock);
    const woken = feed.wait(['workflow:1'], 60, new AbortController().signal).then(() => 'woken');
    await there.write((unit) => addWorkflow(unit, 'a'));
    assert.equal(await woken, 'woken');
    feed.close();
  });

  test('more topics than one notice holds all arrive', async (context) => {
    const { databases } = await openMany(context, 2);
    const [here, there] = databases as [Database, Database];
    const heard = new Set<string>();
    const complete = Promise.withResolvers<void>();
    here.onCommit((topics) => {
      for (const topic of topics) heard.add(topic);
      if (heard.size === 2000) complete.resolve();
    });
    await there.write(async (unit) => {
      for (let id = 1; id <= 2000; id++) unit.changed(`workflow:${id}`);
    });
    await complete.promise;
  });

  test('one server leads, and another when it is gone', async (context) => {
    const { url, databases } = await openMany(context, 1);
    const second = await Database.open({ url, clock, random });
    const lead = (database: Database) => database.leadership.lead(async () => 'led');
    assert.equal(await lead(databases[0] as Database), 'led');
    assert.equal(await lead(second), undefined);
    assert.equal(await lead(databases[0] as Database), 'led');
    await administer(
      "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
      url,
    );
    assert.equal(await lead(second), 'led');
    assert.equal(await lead(databases[0] as Database), undefined);
    await second.close();
    assert.equal(await lead(databases[0] as Database), 'led');
  });

  test('servers that start at once on an empty database make its tables once', async (context) => {
    const place = await createPostgresPlace({ isBlank: true });
    const { url } = place.location;
    const databases = await Promise.all([1, 2, 3].map(() => Database.open({ url, clock, random })));
    context.after(async () => {
      await Promise.all(databases.map((database) => database.close()));
      await place.remove();
    });
    assert.equal(new Set(databases.map(({ databaseId }) => databaseId)).size, 1);
    // Seeds have given ids; the next one is generated behind them.
    const { id } = await (databases[0] as Database).write(({ db }) =>
      db.insertInto('cluster_type').values({ name: 'new' }).returning('id').executeTakeFirstOrThrow(),
    );
    assert.equal(id, 4);
  });
});
