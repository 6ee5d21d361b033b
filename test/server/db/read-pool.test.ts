import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kysely } from 'kysely';
import { systemClock } from '../../../src/core/clock.ts';
import type { ReadConnection } from '../../../src/server/db/connection.ts';
import { ReadPool } from '../../../src/server/db/read-pool.ts';
import type { Schema } from '../../../src/server/db/schema.ts';

/** Connections that run nothing, and can break. */
function paperPool(size: number) {
  const opened: { isBroken: boolean; isClosed: boolean }[] = [];
  const open = (): ReadConnection => {
    const state = { isBroken: false, isClosed: false };
    opened.push(state);
    return {
      db: { number: opened.length } as unknown as Kysely<Schema>,
      inTransaction: false,
      begin: async () => {
        if (state.isBroken) throw new Error('broken');
      },
      execute: async () => {},
      translate: (error) => error,
      close: async () => {
        state.isClosed = true;
      },
      get isBroken() {
        return state.isBroken;
      },
    };
  };
  return { pool: new ReadPool({ name: 'paper', clock: systemClock, size, open }), opened };
}

test('reads share the connections, and wait when there are no more', async () => {
  const { pool, opened } = paperPool(2);
  let most = 0;
  let running = 0;
  const reads = Array.from({ length: 10 }, () =>
    pool.run(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    }),
  );
  await Promise.all(reads);
  assert.deepEqual([opened.length, most], [2, 2]);
  await pool.close();
  assert.ok(opened.every(({ isClosed }) => isClosed));
});

test('a connection that broke is closed, and another takes its place, also for those who wait', async () => {
  const { pool, opened } = paperPool(1);
  const broken = pool.run(async () => {
    (opened[0] as { isBroken: boolean }).isBroken = true;
    throw new Error('out of memory');
  });
  const waiting = pool.run(async ({ db }) => (db as unknown as { number: number }).number);
  await assert.rejects(broken, /out of memory/);
  assert.equal(await waiting, 2);
  await pool.close();
  assert.deepEqual(
    opened.map(({ isClosed }) => isClosed),
    [true, true],
  );
});
