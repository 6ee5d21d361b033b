import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turn } from '../../../src/client/swarm/turn.ts';

test('actions follow one another in the order in which they came, also after a failure', async () => {
  let freed = 0;
  const turn = new Turn(() => {
    freed += 1;
  });
  const gate = Promise.withResolvers<void>();
  const seen: string[] = [];
  const first = turn.take(async () => {
    await gate.promise;
    seen.push('first');
    throw new Error('no');
  });
  const second = turn.take(async () => seen.push('second'));
  const third = turn.take(async () => seen.push('third'));
  assert.deepEqual([turn.isTaken, turn.isWanted, freed], [true, true, 0]);
  gate.resolve();
  await assert.rejects(first, /no/);
  await Promise.all([second, third]);
  assert.deepEqual(seen, ['first', 'second', 'third']);
  assert.deepEqual([turn.isTaken, turn.isWanted, freed], [false, false, 1]);
});

test('whoever comes between a release and the next in line does not overtake it', async () => {
  const turn = new Turn();
  const seen: string[] = [];
  const first = turn.take(async () => {});
  const second = turn.take(async () => seen.push('second'));
  await first;
  const late = turn.take(async () => seen.push('late'));
  await Promise.all([second, late]);
  assert.deepEqual(seen, ['second', 'late']);
});
