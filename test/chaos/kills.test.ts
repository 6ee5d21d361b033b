/** The short form of `make chaos`: each part of Skep is killed once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { campaign, type KillResult, writeKill } from './campaign/campaign.ts';
import { CASTS } from './campaign/casts.ts';

const skip = process.platform === 'linux' ? false : 'looks for processes in /proc';

test('each part is killed once, and every promise is kept', { skip }, async (context) => {
  const results: KillResult[] = [];
  const seed = Number(process.env.SEED ?? 1);
  await campaign({ kills: CASTS.length, seed, shapes: ['diamond'], onResult: (result) => results.push(result) });
  const broken = results.flatMap((result) =>
    result.faults.map(({ kind, text }) => `${kind}: ${text} Again: make chaos KILL=${writeKill(result)}`),
  );
  assert.deepEqual(broken, []);
  assert.deepEqual(
    new Set(results.filter(({ killed }) => killed !== undefined).map(({ cast }) => cast.name)),
    new Set(CASTS.map(({ name }) => name)),
  );
  for (const result of results) context.diagnostic(`${writeKill(result)}: ${result.killed ?? 'over before that'}`);
});
