import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/core/clock.ts';
import { SkepError } from '../../../src/core/errors.ts';
import { silentLog } from '../../../src/core/log.ts';
import { untilAnswered } from '../../../src/worker/reports/persist.ts';

test('a report is repeated however long the server is away, and soon after it is back', async () => {
  const waits: number[] = [];
  const clock = { ...systemClock, sleep: async (milliseconds: number) => void waits.push(milliseconds) };
  const call = async () => {
    if (waits.length < 100) throw new SkepError('request_failed', 'nobody answers');
    return 'heard';
  };
  assert.equal(await untilAnswered(call, clock, silentLog), 'heard');
  assert.deepEqual(waits.slice(0, 6), [250, 500, 1000, 2000, 4000, 4000]);
  assert.equal(Math.max(...waits), 4000);
});

test('a refusal ends it', async () => {
  const call = async () => {
    throw new SkepError('not_found', 'there is no such instance');
  };
  await assert.rejects(untilAnswered(call, systemClock, silentLog), { code: 'not_found' });
});
