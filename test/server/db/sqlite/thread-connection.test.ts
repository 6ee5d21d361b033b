import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { systemClock } from '../../../../src/core/clock.ts';
import { isSkepError } from '../../../../src/core/errors.ts';
import { systemRandom } from '../../../../src/core/random.ts';
import { Database } from '../../../../src/server/db/database.ts';
import { openThreadConnection } from '../../../../src/server/db/sqlite/thread-connection.ts';

async function open(t: TestContext): Promise<{ database: Database; path: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'skep-thread-'));
  const path = join(directory, 'skep.sqlite');
  const database = await Database.open({ path, clock: systemClock, random: systemRandom, threads: 2 });
  t.after(async () => {
    await database.close();
    rmSync(directory, { recursive: true });
  });
  return { database, path };
}

const setting = (name: string, value: string) => (database: Database) =>
  database.write(({ db }) => db.insertInto('skep_setting').values({ name, value }).execute());

test('a heavy read sees one state of the database, whatever is written meanwhile', async (t) => {
  const { database } = await open(t);
  await setting('a', '1')(database);
  const names = await database.readHeavy(async ({ db }) => {
    const read = () => db.selectFrom('skep_setting').select('name').where('name', 'in', ['a', 'b']).execute();
    const before = await read();
    await setting('b', '2')(database);
    return [before, await read()];
  });
  assert.deepEqual(names, [[{ name: 'a' }], [{ name: 'a' }]]);
  const after = await database.readHeavy(({ db }) => db.selectFrom('skep_setting').select('name').execute());
  assert.ok(after.some(({ name }) => name === 'b'));
});

test('a heavy read holds up nothing else', async (t) => {
  const { database } = await open(t);
  const count = (rows: number) => sql<{ n: number }>`with recursive numbers (i) as
    (select 1 union all select i + 1 from numbers where i < ${rows}) select count(*) as n from numbers`;
  await database.readHeavy(({ db }) => count(1).execute(db)); // The threads have started.
  let isOver = false;
  const heavy = database
    .readHeavy(({ db }) => count(3_000_000).execute(db))
    .finally(() => {
      isOver = true;
    });
  await setting('c', '3')(database);
  assert.equal(isOver, false);
  assert.equal((await heavy).rows[0]?.n, 3_000_000);
});

test('a statement that fails is an error with the words of the database, and the connection goes on', async (t) => {
  const { database } = await open(t);
  await assert.rejects(
    database.readHeavy(({ db }) => sql`select * from nowhere`.execute(db)),
    /no such table: nowhere/,
  );
  await assert.rejects(
    database.readHeavy(({ db }) => sql`delete from skep_setting`.execute(db)),
    (error: unknown) => isSkepError(error, 'database_unavailable') && /cannot be written to/.test(error.message),
  );
  assert.deepEqual(await database.readHeavy(async ({ db }) => (await sql`select 1 as one`.execute(db)).rows), [
    { one: 1 },
  ]);
});

test('a file that is no database, and a thread that has ended, are errors for all who wait', async (t) => {
  const { path } = await open(t);
  const other = `${path}.other`;
  writeFileSync(other, 'x'.repeat(5000));
  const broken = openThreadConnection(other);
  await assert.rejects(broken.execute('select * from sqlite_schema'), /not a database/);
  await broken.close();
  const ended = openThreadConnection(path);
  await ended.close();
  await assert.rejects(ended.execute('begin'), /destroyed|ended/);
});
