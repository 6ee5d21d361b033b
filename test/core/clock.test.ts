import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../src/core/clock.ts';

test('sleep ends at once when its signal is aborted, before or meanwhile', async () => {
  const controller = new AbortController();
  const sleeping = systemClock.sleep(3_600_000, controller.signal);
  controller.abort();
  await sleeping;
  await systemClock.sleep(3_600_000, controller.signal);
});

test('a cancelled timer does not fire, another one does; a huge delay waits instead of firing at once', async () => {
  let fired = '';
  systemClock.after(0, () => (fired += 'cancelled'))();
  const cancelHuge = systemClock.after(1e15, () => (fired += 'huge'));
  await new Promise<void>((resolve) => systemClock.after(5, resolve));
  cancelHuge();
  assert.equal(fired, '');
});
