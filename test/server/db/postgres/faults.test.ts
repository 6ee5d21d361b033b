/** What a server does while its PostgreSQL, or the way to it, fails. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { systemClock as clock } from '../../../../src/core/clock.ts';
import { systemRandom as random } from '../../../../src/core/random.ts';
import { Database, type ReadUnit, type WriteUnit } from '../../../../src/server/db/database.ts';
import { Feed } from '../../../../src/server/feed.ts';
import { administer, createPostgresPlace, NO_POSTGRES } from '../../../support/database.ts';
import { TcpProxy } from '../../../support/tcp-proxy.ts';

const UNAVAILABLE = { code: 'database_unavailable' };
const addTool = (name: string) => (unit: WriteUnit) => unit.db.insertInto('tool').values({ name }).execute();

async function toolNames({ db }: ReadUnit): Promise<string[]> {
  const rows = await db.selectFrom('tool').select('name').orderBy('id').execute();
  return rows.map(({ name }) => name);
}

/** A database behind a proxy, with time-outs that a test can wait for. */
async function open(context: TestContext) {
  const place = await createPostgresPlace();
  const direct = place.location.url;
  const proxy = await TcpProxy.start({ host: new URL(direct).hostname, port: Number(new URL(direct).port) });
  const url = new URL(direct);
  url.port = String(proxy.port);
  url.password = 'hush';
  const timeouts = { statement: 1500, lock: 1000, idleInTransaction: 500, listening: 200, silence: 300, connect: 2000 };
  const database = await Database.open({ url: url.href, clock, random, timeouts });
  context.after(async () => {
    await database.close();
    await proxy.stop();
    await place.remove();
  });
  return { database, proxy, direct };
}

describe('trouble with PostgreSQL', { skip: NO_POSTGRES }, () => {
  test('a server that is not there is named without its password', async () => {
    const url = 'postgres://bee:hush@127.0.0.1:1/hive';
    await assert.rejects(Database.open({ url, clock, random }), (error: Error) => {
      assert.match(
        error.message,
        /^The database postgres:\/\/bee@127\.0\.0\.1:1\/hive is not available: .*ECONNREFUSED/,
      );
      assert.doesNotMatch(JSON.stringify([error.message, error.stack]), /hush/);
      return true;
    });
  });

  test('an address that is none is refused', async () => {
    for (const url of ['mysql://a/b', 'hive']) {
      await assert.rejects(Database.open({ url, clock, random }), { code: 'config_invalid' });
    }
  });

  test('what was acknowledged is there after all connections were cut, and the rest is told to be unknown', async (context) => {
    const { database, proxy } = await open(context);
    const acknowledged: string[] = [];
    for (let round = 0; round < 10; round++) {
      const writes = Array.from({ length: 20 }, (_, index) => {
        const name = `${round}/${index}`;
        return database.write(addTool(name)).then(
          () => acknowledged.push(name),
          (error) => assert.equal(error.code, 'database_unavailable'),
        );
      });
      if (round % 2 === 1) setImmediate(() => proxy.cut());
      await Promise.all(writes);
    }
    const names = new Set(await eventually(() => database.read(toolNames)));
    assert.deepEqual(
      acknowledged.filter((name) => !names.has(name)),
      [],
    );
    assert.ok(acknowledged.length >= 100, 'the rounds that nobody cut are all acknowledged');
  });

  test('everybody who waits looks again once the server can listen again', async (context) => {
    const { database, proxy } = await open(context);
    const feed = new Feed(database, clock);
    const woken = feed.wait(['workflow:1'], 60, new AbortController().signal);
    proxy.cut();
    await woken;
    feed.close();
  });

  test('a connection that says nothing any more is given up, and another one takes its place', async (context) => {
    const { database, proxy } = await open(context);
    await database.write(addTool('before'));
    await database.read(toolNames); // Both connections are there.
    proxy.stall();
    const lost = [database.write(addTool('lost')), database.read(toolNames)].map((work) =>
      assert.rejects(work, UNAVAILABLE),
    );
    proxy.resume();
    await Promise.all(lost);
    await eventually(() => database.write(addTool('after')));
    assert.deepEqual(await eventually(() => database.read(toolNames)), ['before', 'after']);
  });

  test('a server that holds the turn to write and stands still loses it', async (context) => {
    const { database, direct } = await open(context);
    const timeouts = { idleInTransaction: 300 };
    const other = await Database.open({ url: direct, clock, random, timeouts });
    context.after(() => other.close());
    const began = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const stuck = other.write(async (unit) => {
      await addTool('stuck')(unit);
      began.resolve();
      await ended.promise;
    });
    const refused = assert.rejects(stuck, UNAVAILABLE);
    await began.promise;
    await eventually(() => database.write(addTool('next')));
    ended.resolve();
    await refused;
    assert.deepEqual(await database.read(toolNames), ['next']);
    await other.write(addTool('again'));
  });

  test('a statement that takes too long fails alone', async (context) => {
    const { database } = await open(context);
    const slow = (unit: WriteUnit) => sql`select pg_sleep(10)`.execute(unit.db);
    const [first, second] = await Promise.allSettled([database.write(addTool('first')), database.write(slow)]);
    assert.deepEqual([first.status, second.status], ['fulfilled', 'rejected']);
    await assert.rejects(
      database.read((unit) => sql`select pg_sleep(10)`.execute(unit.db)),
      UNAVAILABLE,
    );
    assert.deepEqual(await database.read(toolNames), ['first']);
  });

  test('a transaction that was refused for what ran beside it runs again', async (context) => {
    const { database } = await open(context);
    let runs = 0;
    const conflict = sql`do $$ begin raise exception 'deadlock' using errcode = '40P01'; end $$`;
    await Promise.all([
      database.write(addTool('neighbour')),
      database.write(async (unit) => {
        await addTool('mine')(unit);
        if (++runs === 1) await conflict.execute(unit.db);
      }),
    ]);
    assert.equal(runs, 2);
    assert.deepEqual(await database.read(toolNames), ['neighbour', 'mine']);
    await assert.rejects(
      database.write((unit) => conflict.execute(unit.db)),
      UNAVAILABLE,
    );
  });

  test('texts with a NUL are kept with another character in its place', async (context) => {
    const { database, direct } = await open(context);
    await database.write(addTool('a\0b'));
    assert.deepEqual(await database.read(toolNames), ['a\ufffdb']);
    assert.equal((await administer('select name from tool', direct)).length, 1);
  });
});

/** Repeats what the loss of a connection makes fail, as the clients of a server do. */
async function eventually<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempts = 0; ; attempts++) {
    try {
      return await work();
    } catch (error) {
      if (attempts === 20) throw error;
    }
  }
}
