/** The short form of `make chaos`: most parts of Skep are killed once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { campaign, type KillResult, writeKill } from './campaign/campaign.ts';
import { CASTS } from './campaign/casts.ts';

const skip = process.platform === 'linux' ? false : 'looks for processes in /proc';

/** Without those that need runs of another kind to be counted, or a deadline to pass. */
const casts = CASTS.filter(({ serving, single }) => serving !== 'found' && !single);

test('each part is killed once, and every promise is kept', { skip }, async (context) => {
  const results: KillResult[] = [];
  const seed = Number(process.env.SEED ?? 1);
  await campaign({ kills: casts.length, seed, shapes: ['diamond'], casts, onResult: (result) => results.push(result) });
  const broken = results.flatMap((result) =>
    result.faults.map(({ kind, text }) => `${kind}: ${text} Again: make chaos KILL=${writeKill(result)}`),
  );
  assert.deepEqual(broken, []);
  assert.deepEqual(
    new Set(results.filter(({ killed }) => killed !== undefined).map(({ cast }) => cast.name)),
    new Set(casts.map(({ name }) => name)),
  );
  for (const result of results) context.diagnostic(`${writeKill(result)}: ${result.killed ?? 'over before that'}`);
});
