import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { Served } from './served.ts';

const look = async (served: Served, url: string) => {
  const { status, body } = await served.inject({ method: 'GET', url });
  return { status, body };
};

/** Readiness answers hold for a second. */
async function lookLater(served: Served) {
  await new Promise((resolve) => setTimeout(resolve, 1050));
  return look(served, '/readyz');
}

async function change(context: TestContext, statement: string): Promise<Served> {
  const served = await Served.open(context);
  const { sql } = await import('kysely');
  await served.database.write(({ db }) => sql.raw(statement).execute(db));
  return served;
}

describe('a server', () => {
  test('is alive and ready without a token', async (context) => {
    const served = await Served.open(context);
    assert.deepEqual(await look(served, '/healthz'), { status: 200, body: { status: 'alive' } });
    assert.deepEqual(await look(served, '/readyz'), { status: 200, body: { status: 'ready' } });
    assert.deepEqual(await look(served, '/api/v3/health'), { status: 200, body: { status: 'OK' } });
  });

  test('is not ready at once when it drains, and answers all the same', async (context) => {
    const served = await Served.open(context);
    assert.equal((await look(served, '/readyz')).status, 200);
    served.server.drain();
    const body = { status: 'not ready', reason: 'draining' };
    assert.deepEqual(await look(served, '/readyz'), { status: 503, body });
    assert.equal((await look(served, '/healthz')).status, 200);
    await served.ask('GET', '/time');
  });

  test('is alive and not ready when its database has gone', async (context) => {
    const served = await Served.open(context);
    await served.database.close();
    assert.deepEqual(await look(served, '/readyz'), {
      status: 503,
      body: { status: 'not ready', reason: 'database_unreachable' },
    });
    assert.equal((await look(served, '/healthz')).status, 200);
  });

  test('is not ready while its database takes no writes, and is again when it does', async (context) => {
    const refuse = "create trigger no_writes before update on skep_setting begin select raise(abort, 'read only'); end";
    if (process.env.SKEP_TEST_POSTGRES) return context.skip('the words are those of SQLite');
    const served = await change(context, refuse);
    const body = { status: 'not ready', reason: 'database_not_writable' };
    assert.deepEqual(await look(served, '/readyz'), { status: 503, body });
    const { sql } = await import('kysely');
    await served.database.write(({ db }) => sql.raw('drop trigger no_writes').execute(db));
    assert.equal((await lookLater(served)).status, 200);
  });

  test('is not ready when its tables are of another version', async (context) => {
    const newer = await change(
      context,
      "insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01T00:00:00Z')",
    );
    assert.equal((await look(newer, '/readyz')).body.reason, 'migrations_unknown');
    const older = await change(context, "delete from kysely_migration where name = '0007-changes'");
    assert.equal((await look(older, '/readyz')).body.reason, 'migrations_missing');
  });
});
