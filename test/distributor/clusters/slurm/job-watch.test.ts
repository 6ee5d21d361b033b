import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobWatch } from '../../../../src/distributor/clusters/slurm/job-watch.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

/** A controller whose looks take `duration` milliseconds, and fail while it says so. */
function scene(duration: number) {
  const clock = new VirtualClock();
  const begins: number[] = [];
  const state = { fails: false, open: 0, most: 0 };
  const watch = new JobWatch(
    {
      async jobs() {
        begins.push(clock.monotonic());
        state.most = Math.max(state.most, ++state.open);
        await clock.sleep(duration);
        state.open--;
        if (state.fails) throw new Error('no answer');
        return [{ id: '1_0', state: 'RUNNING', reason: 'None', comment: String(begins.length) }];
      },
    },
    clock,
  );
  return { clock, watch, begins, state };
}

test('all who ask before a look begins share it', async () => {
  const { clock, watch, begins } = scene(10);
  const looks = await clock.runUntil(Promise.all([watch.look(), watch.look(), watch.look()]));
  assert.equal(new Set(looks).size, 1);
  assert.deepEqual(begins, [0]);
});

test('who asks while one is under way gets the next: it has to begin after the question', async () => {
  const { clock, watch, begins, state } = scene(10);
  const first = watch.look();
  await clock.advance(5);
  const second = await clock.runUntil(watch.look());
  assert.notEqual(second, await first);
  assert.equal(second.began, 1010);
  assert.deepEqual(begins, [0, 1010]);
  assert.equal(state.most, 1);
});

test('a look that took long is followed by a pause of ten times that, and of a minute at most', async () => {
  for (const [duration, next] of [
    [50, 1050],
    [500, 5500],
    [9000, 69_000],
  ] as const) {
    const { clock, watch, begins } = scene(duration);
    for (let looks = 0; looks < 2; looks++) await clock.runUntil(watch.look());
    assert.deepEqual(begins, [0, next]);
  }
});

test('looks that fail come ever more rarely, up to one a minute; one that succeeds makes them frequent again', async () => {
  const { clock, watch, begins, state } = scene(0);
  state.fails = true;
  for (let looks = 0; looks < 8; looks++) await assert.rejects(clock.runUntil(watch.look()), /no answer/);
  const pauses = begins.slice(1).map((begin, place) => begin - (begins[place] as number));
  assert.deepEqual(pauses, [2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  state.fails = false;
  for (let looks = 0; looks < 2; looks++) await clock.runUntil(watch.look());
  assert.equal((begins.at(-1) as number) - (begins.at(-2) as number), 1000);
});
