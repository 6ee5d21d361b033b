import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idsOf, rowsOf, textsOf } from '../../../src/server/db/bulk.ts';
import { Served } from '../served.ts';

const NASTY = ["it's", '"quoted"', 'line\nbreak', '\\', 'ä😀', '[1]', '{"a":1}', 'null', '', '1.0'];

test('rows come out as they went in, whatever their texts hold', async (context) => {
  const { database } = await Served.open(context);
  const rows = NASTY.map((text, id) => ({ id, text, number: id / 2, nothing: null }));
  const found = await database.read(({ db }) =>
    db
      .selectFrom(rowsOf(rows, { id: 'integer', text: 'text', number: 'real', nothing: 'text' }).as('given'))
      .selectAll()
      .orderBy('given.id')
      .execute(),
  );
  assert.deepEqual(
    found.map((row) => ({ ...row })),
    rows,
  );
});

test('ten thousand ids and texts travel as one parameter; none match nothing', async (context) => {
  const { database } = await Served.open(context);
  await database.write(({ db }) =>
    db
      .insertInto('tool')
      .columns(['name'])
      .expression((query) =>
        query
          .selectFrom(
            rowsOf(
              NASTY.map((name) => ({ name })),
              { name: 'text' },
            ).as('given'),
          )
          .select('given.name'),
      )
      .execute(),
  );
  const many = Array.from({ length: 10_000 }, (_, index) => index + 3);
  const counts = await database.read(async ({ db }) => [
    (await db.selectFrom('tool').select('id').where('id', 'in', idsOf(many)).execute()).length,
    (await db.selectFrom('tool').select('id').where('name', 'in', textsOf(NASTY)).execute()).length,
    (await db.selectFrom('tool').select('id').where('id', 'in', idsOf([])).execute()).length,
  ]);
  assert.deepEqual(counts, [NASTY.length - 2, NASTY.length, 0]);
});
