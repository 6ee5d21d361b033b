import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResourceScales } from '../../../src/client/resources/scales.ts';

test('no mapping means the default scales, an empty one means none', () => {
  assert.deepEqual(ResourceScales.from().applyTo({ memory: 40, runtime: 100, cores: 3 }), {
    memory: 60,
    runtime: 150,
    cores: 3,
  });
  assert.deepEqual(ResourceScales.from({}).applyTo({ memory: 40 }), { memory: 40 });
});

test('a number rounds up, a list gives its next element and then stays, a function decides itself', () => {
  const scales = ResourceScales.from({
    memory: 0.1,
    cores: [12, 18],
    runtime: (value: number) => value * 1.5,
    gpus: 1,
  });
  const first = scales.applyTo({ memory: 11, cores: 8, runtime: 8 });
  assert.deepEqual(first, { memory: 13, cores: 12, runtime: 12 });
  assert.deepEqual(scales.applyTo(first), { memory: 15, cores: 18, runtime: 18 });
  assert.equal(scales.applyTo({ cores: 18 }).cores, 18);
});

test('each task uses its own lists up; scales without lists are shared', () => {
  const plan = ResourceScales.from({ cores: [12, 18] });
  const [one, other] = [plan.forTask(), plan.forTask()];
  one.applyTo({ cores: 8 });
  assert.equal(other.applyTo({ cores: 8 }).cores, 12);
  assert.equal(one.applyTo({ cores: 12 }).cores, 18);
  const shared = ResourceScales.from({ memory: 1 });
  assert.equal(shared.forTask(), shared);
});

test('the wire gets names of functions and as many list elements as there are retries, and uses none up', () => {
  const double = (value: number) => value * 2;
  const scales = ResourceScales.from({ memory: 0.5, cores: [1, 2, 3], runtime: double, gpus: [(v: number) => v][0] });
  assert.deepEqual(scales.serialise(3), { memory: 0.5, cores: [1, 2], runtime: 'double', gpus: '<lambda>' });
  assert.deepEqual(scales.serialise(1).cores, []);
  assert.equal(scales.applyTo({ cores: 0 }).cores, 1);
});

test('what is no scale is refused with its resource and value', () => {
  for (const scale of ['double', null, [1, 'x'], { a: 1 }, Number.NaN]) {
    assert.throws(() => ResourceScales.from({ cores: scale }), { code: 'scale_invalid', message: /of cores/ });
  }
});

test('a scale that yields no number is refused', () => {
  const scales = ResourceScales.from({ cores: (() => 'many') as unknown as (value: number) => number });
  assert.throws(() => scales.applyTo({ cores: 2 }), { code: 'scale_invalid', message: /cores turns 2 into many/ });
  assert.throws(() => ResourceScales.from({ cores: 0.5 }).applyTo({ cores: 'few' }), { code: 'scale_invalid' });
});
