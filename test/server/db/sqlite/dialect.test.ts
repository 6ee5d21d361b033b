import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Kysely, sql } from 'kysely';
import { lockFile, openSqlite, sqliteDialect } from '../../../../src/server/db/sqlite/dialect.ts';
import { temporaryDirectory } from '../../served.ts';

interface Tables {
  thing: { id: number; value: unknown };
}

async function open(context: { after(action: () => unknown): void }): Promise<Kysely<Tables>> {
  const path = join(temporaryDirectory(context), 'a.sqlite');
  const db = new Kysely<Tables>({ dialect: sqliteDialect(openSqlite({ path, readOnly: false })) });
  context.after(() => db.destroy());
  await sql`create table thing (id integer primary key, value any) strict`.execute(db);
  return db;
}

describe('the dialect', () => {
  test('stores integers as integers where no column type corrects them, and gives numbers back', async (context) => {
    const db = await open(context);
    await db.insertInto('thing').values({ id: 1, value: 7 }).execute();
    const { rows } = await sql<{ type: string; value: unknown; text: string }>`
      select typeof(value) as type, value, value || '' as text from thing`.execute(db);
    assert.deepEqual({ ...rows[0] }, { type: 'integer', value: 7, text: '7' });
  });

  test('takes booleans, large integers and null', async (context) => {
    const db = await open(context);
    const values = [true, false, Number.MAX_SAFE_INTEGER, 1.5, null, 'ä'];
    for (const [id, value] of values.entries()) await db.insertInto('thing').values({ id, value }).execute();
    const rows = await db.selectFrom('thing').select('value').orderBy('id').execute();
    assert.deepEqual(
      rows.map(({ value }) => value),
      [1, 0, Number.MAX_SAFE_INTEGER, 1.5, null, 'ä'],
    );
  });

  test('counts changed rows and gives the rows of `returning`', async (context) => {
    const db = await open(context);
    const added = await db.insertInto('thing').values({ id: 5, value: null }).returning('id').execute();
    assert.equal(added[0]?.id, 5);
    const { numUpdatedRows } = await db.updateTable('thing').set({ value: 1 }).executeTakeFirstOrThrow();
    assert.equal(numUpdatedRows, 1n);
  });

  test('rolls a change of the schema back with its transaction', async (context) => {
    const db = await open(context);
    const failing = db.transaction().execute(async (transaction) => {
      await sql`create table other (id integer)`.execute(transaction);
      throw new Error('on purpose');
    });
    await assert.rejects(failing, { message: 'on purpose' });
    assert.deepEqual(
      (await db.introspection.getTables()).map(({ name }) => name),
      ['thing'],
    );
  });
});

test('a lock excludes a second holder until it is given back', (context) => {
  const path = join(temporaryDirectory(context), 'lock');
  const unlock = lockFile(path);
  assert.ok(unlock);
  assert.equal(lockFile(path), undefined);
  unlock();
  const again = lockFile(path);
  assert.ok(again);
  again();
});
