import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProcessRow } from '../../src/core/process-table.ts';
import { UsageSampler } from '../../src/worker/usage.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const row = (pid: number, fields: Partial<ProcessRow> = {}): ProcessRow => ({
  pid,
  parent: 1,
  group: pid,
  session: pid,
  cpu: 1,
  resident: 100,
  ...fields,
});

test('a command is its session and its descendants; the peak counts', async () => {
  const clock = new VirtualClock();
  let table: ProcessRow[] = [];
  const sampler = new UsageSampler(clock, () => table);
  const watch = sampler.watch(10, () => {});
  const other = sampler.watch(20, () => {});
  const quick = sampler.watch(30, () => {});
  table = [row(10), row(11, { parent: 10, session: 10 }), row(12, { parent: 11 }), row(13, { parent: 99 }), row(20)];
  await clock.advance(300);
  table = [row(10, { cpu: 5 }), row(20, { resident: 7000 })];
  await clock.advance(300);
  assert.deepEqual(watch.stop(), { cpu: 5, maxrss: 300 });
  assert.deepEqual(other.stop(), { cpu: 1, maxrss: 7000 });
  assert.deepEqual(quick.stop(), { cpu: null, maxrss: null });
  assert.equal(clock.pending, 0, 'it looks no more when nobody is watched');
});

test('ids that were reused while the table was read make no endless loop', async () => {
  const clock = new VirtualClock();
  const sampler = new UsageSampler(clock, () => [row(5, { parent: 6 }), row(6, { parent: 5 })]);
  const watch = sampler.watch(10, () => {});
  await clock.advance(300);
  assert.deepEqual(watch.stop(), { cpu: null, maxrss: null });
});
