/** Two hundred random histories of everything between a client and its commands; `make simulate` plays any number. */
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { complaintOf } from './report.ts';
import { runSeeds } from './run-seeds.ts';

const SEEDS = 200;

test('whatever fails, and whenever, every promise is kept', async (context) => {
  const results = await runSeeds({ first: 1, count: SEEDS, processes: availableParallelism() });
  const complaints = results.flatMap((result) => complaintOf(result) ?? []);
  assert.equal(results.length, SEEDS);
  assert.equal(complaints.length, 0, complaints.slice(0, 3).join('\n\n'));
  const total = (read: (result: (typeof results)[number]) => number) =>
    results.reduce((sum, each) => sum + read(each), 0);
  context.diagnostic(`${total(({ commands }) => commands)} commands, ${total(({ answers }) => answers)} answers`);
  assert.ok(total(({ commands }) => commands) > 5 * SEEDS, 'histories in which hardly anything runs prove nothing');
});

test('one seed gives one history, also in another process', async () => {
  const digestOf = async () => (await runSeeds({ first: 7, count: 1, processes: 1 }))[0]?.digest;
  const digest = await digestOf();
  assert.ok(digest);
  assert.equal(await digestOf(), digest);
});
