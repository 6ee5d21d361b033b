/**
 * Kills the parts of Skep at hundreds of points and checks after each kill that nothing was lost and nothing ran twice.
 * `KILLS=300 SEED=1 node test/chaos/main.ts`; `KILL=server/fan/120` repeats one kill.
 */

import { campaign, type KillResult, killOnce, readKill, writeKill } from './campaign/campaign.ts';
import { CASTS } from './campaign/casts.ts';
import { renderTable } from './campaign/table.ts';
import { SHAPES, type ShapeName } from './scene/shapes.ts';

/** Kills between two lines of progress. */
const NEWS = 20;

const { KILL, KILLS = '300', SEED = '1' } = process.env;
const results: KillResult[] = [];
const started = performance.now();

if (KILL === undefined) {
  const kills = Number(KILLS);
  await campaign({
    kills,
    seed: Number(SEED),
    shapes: Object.keys(SHAPES) as ShapeName[],
    casts: CASTS,
    onResult: note,
  });
} else {
  note(await killOnce(readKill(KILL)));
}

const faulty = results.filter(({ faults }) => faults.length > 0);
const minutes = (performance.now() - started) / 60_000;
console.log(`\n${renderTable(results)}`);
console.log(`\nSeed ${SEED}, ${minutes.toFixed(1)} minutes. ${faulty.length === 0 ? 'Every promise was kept.' : ''}`);
if (faulty.length > 0) {
  console.error(`Promises were broken after ${faulty.length} of ${results.length} kills. To repeat one of them:`);
  for (const result of faulty) console.error(`  make chaos KILL=${writeKill(result)}`);
  process.exitCode = 1;
}

function note(result: KillResult): void {
  results.push(result);
  const count = results.filter(({ killed }) => killed !== undefined).length;
  for (const { kind, text } of result.faults) {
    console.error(`${writeKill(result)} (${result.killed ?? 'not reached'}): ${kind}: ${text}`);
  }
  if (count % NEWS === 0 && result.killed !== undefined) console.log(`${count} kills`);
}
