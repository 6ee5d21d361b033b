import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createQueue } from '../../../src/client/resources/queue.ts';
import type { Resources } from '../../../src/client/resources/resources.ts';

const limits = { cores: [1, 8], memory: [1, 64], runtime: [10, 3600] };

test('dummy and sequential queues accept everything and change nothing', () => {
  for (const type of ['dummy', 'sequential']) {
    const queue = createQueue(type, { id: 1, name: 'null.q', parameters: limits });
    const resources = { cores: 99, memory: 999 };
    assert.deepEqual(queue.validate(resources, { strict: true }), { valid: true, message: '' });
    assert.equal(queue.coerce(resources), resources);
  }
});

test('a multiprocess queue complains about cores, refuses only when strict, and never clamps', () => {
  const queue = createQueue('multiprocess', { id: 1, name: 'null.q', parameters: limits });
  for (const cores of [0, 9, undefined, 'many']) {
    const resources: Resources = cores === undefined ? {} : { cores };
    const verdict = queue.validate(resources);
    assert.equal(verdict.valid, true);
    assert.notEqual(verdict.message, '', String(cores));
    assert.equal(queue.validate(resources, { strict: true }).valid, false);
    assert.equal(queue.coerce(resources), resources);
  }
  assert.deepEqual(queue.validate({ cores: 8 }, { strict: true }), { valid: true, message: '' });
});

test('a multiprocess queue without a range of cores is refused by name', () => {
  const make = () => createQueue('multiprocess', { id: 1, name: 'odd.q', parameters: {} });
  assert.throws(make, { code: 'resources_invalid', message: /Queue odd\.q/ });
});

test('a queue of another type checks the ranges it has, and clamps to them', () => {
  const queue = createQueue('slurm', { id: 1, name: 'all.q', parameters: limits });
  const verdict = queue.validate({ cores: 9, memory: 65, runtime: 3600, project: 'x' });
  assert.equal(verdict.valid, false);
  assert.match(verdict.message, /all\.q gives 1 to 8 of cores; 9 .* 1 to 64 of memory; 65/);
  const coerced = queue.coerce({ cores: 9, memory: 65, runtime: 1, project: 'x' });
  assert.deepEqual(coerced, { cores: 8, memory: 64, runtime: 10, project: 'x' });
  const fitting = { cores: 1 };
  assert.equal(queue.coerce(fitting), fitting);
  assert.equal(queue.validate(fitting).valid, true);
});
