import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../src/core/clock.ts';
import { Hearing } from '../../src/server/hearing.ts';

test('a server hears since its start, since its clock was set, and since it was told that it stood still', () => {
  const time = { wall: 1_000_000, steady: 500 };
  const pass = (wall: number, steady: number) => {
    time.wall += wall;
    time.steady += steady;
  };
  const hearing = new Hearing({ ...systemClock, now: () => time.wall, monotonic: () => time.steady });
  assert.equal(hearing.since, 1_000_000);
  pass(3_600_000, 3_600_000);
  assert.equal(hearing.since, 1_000_000, 'time that passes is none');
  // A clock that is a little wrong is put right slowly.
  for (let look = 0; look < 10; look++) {
    pass(15_500, 15_000);
    assert.equal(hearing.since, 1_000_000);
  }
  pass(3_600_000, 10);
  assert.equal(hearing.since, time.wall, 'the machine slept, or the clock was set forwards');
  pass(-7_200_000, 10);
  assert.equal(hearing.since, time.wall, 'the clock was set back');
  const before = hearing.since;
  pass(60_000, 60_000);
  assert.equal(hearing.since, before);
  hearing.restart();
  assert.equal(hearing.since, time.wall);
});
