/** Clocks that are set, in one process or on the whole machine, while a workflow runs. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { until } from '../e2e/skep.ts';
import { readRecords } from './check/database.ts';
import { isLong } from './scene/extent.ts';
import { play } from './scene/play.ts';
import { SHORT_DEADLINE, Stage } from './scene/stage.ts';

const skip = process.platform === 'linux' ? false : 'looks for processes in /proc';
const PRELOAD = new URL('./time/preload.ts', import.meta.url).href;

const JUMPS = [
  { whose: 'all', hours: 5 },
  { whose: 'all', hours: -5 },
  { whose: 'server', hours: 5 },
];
const MORE_JUMPS = [
  { whose: 'server', hours: -5 },
  { whose: 'client', hours: 5 },
  { whose: 'distributor', hours: -5 },
  { whose: 'supervisor', hours: 5 },
];

describe('a clock that jumps', { skip, concurrency: 3 }, () => {
  for (const { whose, hours } of isLong ? [...JUMPS, ...MORE_JUMPS] : JUMPS) {
    const where = whose === 'all' ? 'in all processes' : `in the ${whose}`;
    test(`by ${hours} hours ${where}: nothing ends, nothing runs twice`, async (context) => {
      const stage = new Stage({
        ...{ shape: 'fan', serving: 'configured', seconds: 0.8 },
        environment: { ...SHORT_DEADLINE, NODE_OPTIONS: `--import=${PRELOAD}`, SKEP_CHAOS_JUMP: `${whose} ${hours}` },
      });
      context.after(() => stage.strike());
      const faults = await play(stage, { mayRepeat: false }, async () => {
        await until(() => stage.journal.includes('start blade'), 'a task of the second level had started');
        writeFileSync(join(stage.directory, 'jump'), '');
      });
      assert.deepEqual(faults, []);
      const spent = readRecords(stage).instances.filter(({ status }) => status !== 'D');
      assert.deepEqual(spent, [], 'it cost no attempt');
      assert.equal(stage.runs, 1, 'it needed no resume');
      assert.ok(existsSync(join(stage.directory, 'jumped')), 'the clock did jump');
    });
  }
});
