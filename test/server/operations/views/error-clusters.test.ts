import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterErrors } from '../../../../src/server/operations/views/error-clusters.ts';
import { addError, addInstance, bindPipeline } from '../../pipeline.ts';
import { Served } from '../../served.ts';

/** Sizes of the clusters of these texts. */
async function sizes(served: Served, texts: readonly string[]): Promise<number[]> {
  await served.database.write(({ db }) => db.deleteFrom('task_instance_error_log').execute());
  for (const text of texts) await addError(served, 1, text);
  return served.database.read(async (unit) => {
    const rows = await unit.db.selectFrom('task_instance_error_log').select('id').orderBy('id').execute();
    const clusters = await clusterErrors(
      unit,
      rows.map(({ id }) => id),
    );
    return clusters.map(({ size }) => size);
  });
}

test('numbers of all spellings are one; words, cases and signs tell texts apart', async (context) => {
  const served = await Served.open(context);
  const { tasks } = await bindPipeline(served);
  await addInstance(served, { task: tasks[0], status: 'E' });
  const same: readonly (readonly string[])[] = [
    ['task 1', 'task 22'],
    ['/data/run_7/out.csv', '/data/run_12345678/out.csv'],
    ['at 0x7ffe01', 'at 0xDEADBEEF', 'at 0x0'],
    ['took 0.5 s', 'took 12.25 s'],
    ['commit 1a2b3c4d5e6f', 'commit 0123456789abcdef0123456789abcdef01234567'],
    ['job 123e4567-e89b-12d3-a456-426614174000 died', 'job 00000000-0000-0000-0000-00000000000f died'],
    ['at 2026-11-23T16:07:12', 'at 2027-01-01T00:00:00'],
  ];
  for (const texts of same) assert.deepEqual(await sizes(served, texts), [texts.length], texts[0]);
  for (const texts of [
    ['task 1', 'tasks 1'],
    ['Error', 'error'],
    ['+1', '-1'],
    ['facade', 'deface'],
    ['acceded decade', 'acceded facade'],
    ['', ' '],
  ]) {
    assert.deepEqual(await sizes(served, texts), [1, 1], texts[0]);
  }
});

test('equal sizes keep the order of their first errors, over many chunks', async (context) => {
  const served = await Served.open(context);
  const { tasks } = await bindPipeline(served);
  await addInstance(served, { task: tasks[0], status: 'E' });
  await served.database.write(async ({ db, now }) => {
    const words = ['pear', 'apple', 'plum', 'plum'];
    const row = (index: number) => ({
      task_instance_id: 1,
      error_time: now,
      description: `${words[index % 4]} ${index}`,
    });
    await db
      .insertInto('task_instance_error_log')
      .values(Array.from({ length: 2400 }, (_, index) => row(index)))
      .execute();
  });
  const clusters = await served.database.read((unit) =>
    clusterErrors(
      unit,
      Array.from({ length: 2400 }, (_, index) => index + 1),
    ),
  );
  assert.deepEqual(
    clusters.map(({ firstId, size, taskIds }) => [firstId, size, taskIds]),
    [
      [3, 1200, [tasks[0]]],
      [1, 600, [tasks[0]]],
      [2, 600, [tasks[0]]],
    ],
  );
});

test('a hostile text takes no longer than another', { timeout: 20_000 }, async (context) => {
  const served = await Served.open(context);
  const { tasks } = await bindPipeline(served);
  await addInstance(served, { task: tasks[0], status: 'E' });
  const texts = ['a', '1', 'a1', '0x', 'a-', '12345678-'].map((part) => `${part.repeat(200_000)}g`);
  assert.equal((await sizes(served, texts)).length, texts.length);
});
