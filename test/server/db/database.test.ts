import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { systemClock as clock } from '../../../src/core/clock.ts';
import { isSkepError } from '../../../src/core/errors.ts';
import { systemRandom as random } from '../../../src/core/random.ts';
import { Database, type Topic } from '../../../src/server/db/database.ts';
import type { ReadUnit, WriteUnit } from '../../../src/server/db/unit.ts';
import { temporaryDirectory } from '../served.ts';

/** On a clock that stands still, because a transaction that has run long takes no further work. */
const still = { ...clock, monotonic: () => 0 };

async function open(context: { after(action: () => unknown): void }): Promise<Database> {
  const path = join(temporaryDirectory(context), 'deep', 'skep.sqlite');
  const database = await Database.open({ path, clock: still, random });
  context.after(() => database.close());
  return database;
}

const addTool = (name: string) => (unit: WriteUnit) => unit.db.insertInto('tool').values({ name }).execute();

async function toolNames({ db }: ReadUnit): Promise<string[]> {
  const rows = await db.selectFrom('tool').select('name').orderBy('id').execute();
  return rows.map(({ name }) => name);
}

describe('writing', () => {
  test('a work that fails is undone alone, although it shares the transaction with others', async (context) => {
    const database = await open(context);
    const outcomes = await Promise.allSettled([
      database.write(addTool('first')),
      database.write(async (unit) => {
        await addTool('lost')(unit);
        await addTool('first')(unit);
      }),
      database.write(addTool('last')),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(await database.read(toolNames), ['first', 'last']);
  });

  test('works that wait together share one commit, and each resolves only when it is done', async (context) => {
    const database = await open(context);
    let commits = 0;
    let resolved = 0;
    const resolvedAtCommit: number[] = [];
    database.onCommit(() => {
      commits += 1;
      resolvedAtCommit.push(resolved);
    });
    const works = Array.from({ length: 50 }, (_, index) =>
      database
        .write(async (unit) => {
          unit.changed(`workflow:${index}`);
          // Nothing of the group can be seen from outside before it is committed.
          assert.deepEqual(await database.read(toolNames), []);
          await addTool(`tool ${index}`)(unit);
        })
        .then(() => {
          resolved += 1;
        }),
    );
    await Promise.all(works);
    assert.equal(commits, 1);
    assert.deepEqual(resolvedAtCommit, [0]);
    assert.equal((await database.read(toolNames)).length, 50);
  });

  test('a transaction that has run long takes no further work, and the others follow in the next', async (context) => {
    const path = join(temporaryDirectory(context), 'skep.sqlite');
    let time = 0;
    const slow = { ...clock, monotonic: () => (time += 20) };
    const database = await Database.open({ path, clock: slow, random });
    context.after(() => database.close());
    const groups: number[] = [];
    database.onCommit((topics) => groups.push(topics.size));
    const works = [1, 2, 3, 4, 5].map((id) => database.write(async (unit) => unit.changed(`workflow:${id}`)));
    await Promise.all(works);
    assert.deepEqual(groups, [2, 2, 1]);
  });

  test('revisions are given once for each unit, in the order of commits; an undone unit leaves no gap', async (context) => {
    const database = await open(context);
    const [first, , third] = await Promise.allSettled([
      database.write(async (unit) => [await unit.revision(), await unit.revision()]),
      database.write(async (unit) => {
        await unit.revision();
        throw new Error('undone');
      }),
      database.write((unit) => unit.revision()),
    ]);
    assert.deepEqual(first, { status: 'fulfilled', value: [1, 1] });
    assert.deepEqual(third, { status: 'fulfilled', value: 2 });
  });

  test('listeners hear the topics of committed works only', async (context) => {
    const database = await open(context);
    const heard: Topic[] = [];
    const stop = database.onCommit((topics) => heard.push(...topics));
    await Promise.allSettled([
      database.write(async (unit) => unit.changed('workflow:1')),
      database.write(async (unit) => {
        unit.changed('workflow:2');
        throw new Error('undone');
      }),
      database.write(addTool('silent')),
    ]);
    stop();
    await database.write(async (unit) => unit.changed('workflow:3'));
    assert.deepEqual(heard, ['workflow:1']);
  });

  test('a full disk refuses what does not fit, keeps the rest, and works again when there is room', async (context) => {
    const database = await open(context);
    await database.write(addTool('before'));
    await database.write(async ({ db }) => {
      const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db);
      await sql.raw(`pragma max_page_count = ${(rows[0]?.page_count ?? 0) + 1}`).execute(db);
    });
    const tooMuch = (unit: WriteUnit) => addTool('x'.repeat(1_000_000))(unit);
    const [small, large] = await Promise.allSettled([database.write(addTool('small')), database.write(tooMuch)]);
    assert.ok(large.status === 'rejected' && isSkepError(large.reason, 'database_unavailable'));
    assert.match(large.reason.message, /skep\.sqlite is not available: the disk is full/);
    const names = await database.read(toolNames);
    // The neighbour is told the truth, whether the trouble ended its transaction too or not.
    assert.deepEqual(names, small.status === 'fulfilled' ? ['before', 'small'] : ['before']);
    await database.write(({ db }) => sql.raw('pragma max_page_count = 1000000').execute(db));
    await database.write(tooMuch);
    assert.equal((await database.read(toolNames)).length, names.length + 1);
  });

  test('after closing, writes and reads are refused by name', async (context) => {
    const database = await Database.open({ path: join(temporaryDirectory(context), 'a.sqlite'), clock, random });
    const accepted = database.write(addTool('accepted'));
    await database.close();
    await accepted;
    await assert.rejects(database.write(addTool('late')), { code: 'database_unavailable' });
    await assert.rejects(database.read(toolNames), { code: 'database_unavailable' });
  });
});

test('after closing, the file alone is there: its log is in it', async (context) => {
  const directory = temporaryDirectory(context);
  const database = await Database.open({ path: join(directory, 'a.sqlite'), clock, random, threads: 1 });
  await database.write(addTool('kept'));
  await database.read(toolNames);
  await database.readHeavy(toolNames);
  await database.close();
  assert.deepEqual(readdirSync(directory), ['a.sqlite']);
});

describe('reading', () => {
  test('a unit sees one state, also when a write commits in its middle', async (context) => {
    const database = await open(context);
    await database.write(addTool('old'));
    const [before, after] = await database.read(async (unit) => {
      const first = await toolNames(unit);
      await database.write(addTool('new'));
      return [first, await toolNames(unit)];
    });
    assert.deepEqual([before, after], [['old'], ['old']]);
    assert.deepEqual(await database.read(toolNames), ['old', 'new']);
  });

  test('a unit cannot write', async (context) => {
    const database = await open(context);
    await assert.rejects(
      database.read((unit) => addTool('x')(unit as WriteUnit)),
      { code: 'database_unavailable' },
    );
  });

  test('many units at once all get their turn, and one that throws gives its connection back', async (context) => {
    const database = await open(context);
    const failing = Array.from({ length: 20 }, () =>
      database.read(async () => {
        throw new Error('on purpose');
      }),
    );
    const outcomes = await Promise.allSettled(failing);
    assert.ok(outcomes.every(({ status }) => status === 'rejected'));
    const answers = await Promise.all(Array.from({ length: 100 }, () => database.read(toolNames)));
    assert.equal(answers.length, 100);
  });
});

describe('opening', () => {
  test('a database keeps its id and rows, and gets its missing seeds back, when it is opened again', async (context) => {
    const path = join(temporaryDirectory(context), 'skep.sqlite');
    const first = await Database.open({ path, clock, random });
    await first.write(addTool('kept'));
    await first.write(({ db }) => db.deleteFrom('task_status').where('id', '=', 'Q').execute());
    await first.write(({ db }) => db.updateTable('queue').set({ parameters: '{"cores": (1,64)}' }).execute());
    await first.close();
    const second = await Database.open({ path, clock, random });
    context.after(() => second.close());
    assert.equal(second.databaseId, first.databaseId);
    assert.deepEqual(await second.read(toolNames), ['kept']);
    const [queued, queue] = await second.read(async ({ db }) => [
      await db.selectFrom('task_status').select('label').where('id', '=', 'Q').executeTakeFirst(),
      await db.selectFrom('queue').select('parameters').where('id', '=', 3).executeTakeFirst(),
    ]);
    assert.equal(queued?.label, 'QUEUED');
    // What an operator changed is not set back.
    assert.equal(queue?.parameters, '{"cores": (1,64)}');
  });

  test('the seeds are those that peers expect', async (context) => {
    const database = await open(context);
    const clusters = await database.read(({ db }) =>
      db.selectFrom('cluster').select(['id', 'name']).orderBy('id').execute(),
    );
    assert.deepEqual(
      clusters.map(({ id, name }) => [id, name]),
      [
        [1, 'dummy'],
        [2, 'sequential'],
        [3, 'multiprocess'],
      ],
    );
    const launched = await database.read(({ db }) =>
      db.selectFrom('task_instance_status').select('label').where('id', '=', 'O').executeTakeFirstOrThrow(),
    );
    assert.equal(launched.label, 'LAUNCHED');
  });

  test('a file that is no database, and a directory that cannot be, are refused by name', async (context) => {
    const directory = temporaryDirectory(context);
    const text = join(directory, 'text.sqlite');
    writeFileSync(text, 'This is no database, but it is long enough to be taken for one at first.'.repeat(20));
    await assert.rejects(Database.open({ path: text, clock, random }), {
      code: 'database_unavailable',
      message: `The database ${text} is not available: it is not a database.`,
    });
    const below = join(text, 'skep.sqlite');
    await assert.rejects(Database.open({ path: below, clock, random }), (error) => {
      return isSkepError(error, 'database_unavailable') && error.message.includes(below);
    });
    assert.ok(!existsSync(below));
  });

  test('a directory without write permission is refused by name', {
    skip: process.getuid?.() === 0 && 'root may write everywhere',
  }, async () => {
    const path = '/usr/skep-test/skep.sqlite';
    await assert.rejects(Database.open({ path, clock, random }), { code: 'database_unavailable' });
  });
});
