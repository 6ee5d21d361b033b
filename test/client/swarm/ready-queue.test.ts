import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ReadyQueue } from '../../../src/client/swarm/ready-queue.ts';
import type { SwarmTask } from '../../../src/client/swarm/task.ts';
import { makeTask } from '../../support/swarm.ts';

const idsOf = (tasks: readonly SwarmTask[]) => tasks.map(({ taskId }) => taskId);

test('takes tasks alike of one array in order, and leaves the others', () => {
  const queue = new ReadyQueue();
  for (let id = 1; id <= 9; id++) queue.add(makeTask(id, { arrayId: id === 9 ? 2 : 1, memory: id % 3 }));
  assert.deepEqual(idsOf(queue.takeAlike(1, 2)), [1, 4]);
  assert.deepEqual(idsOf(queue.takeAlike(1, 9)), [2, 5, 8]);
  assert.deepEqual(idsOf(queue.takeAlike(1, 9)), [3, 6]);
  assert.deepEqual(idsOf(queue.takeAlike(1, 9)), [7]);
  assert.deepEqual(idsOf(queue.takeAlike(1, 9)), []);
  assert.deepEqual(idsOf(queue.takeAlike(2, 9)), [9]);
  assert.equal(queue.size, 0);
});

test('behaves like a plain list, whatever is added, moved, removed and taken', () => {
  const step = fc.record({
    action: fc.constantFrom('add', 'front', 'remove', 'take', 'takeAlike'),
    id: fc.integer({ min: 0, max: 11 }),
    memory: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new ReadyQueue();
      const tasks = Array.from({ length: 12 }, (_, id) => makeTask(id, { arrayId: id % 2, memory: 1 + (id % 3) }));
      let front: SwarmTask[] = [];
      let back: SwarmTask[] = [];
      const drop = (gone: readonly SwarmTask[]) => {
        front = front.filter((task) => !gone.includes(task));
        back = back.filter((task) => !gone.includes(task));
      };
      for (const { action, id, memory } of steps) {
        const task = tasks[id] as SwarmTask;
        if (action === 'add' || action === 'front') {
          if (task.readyOrder === 0) task.currentTaskResources = makeTask(0, { memory }).currentTaskResources;
          drop([task]);
          (action === 'front' ? front : back).push(task);
          queue.add(task, action === 'front');
        } else if (action === 'remove') {
          drop([task]);
          queue.remove(task);
        } else if (action === 'take') {
          const expected = [...front, ...back].slice(0, 1);
          drop(expected);
          assert.deepEqual(queue.take() ?? null, expected[0] ?? null);
        } else {
          const ofArray = [...front, ...back].filter(({ arrayId }) => arrayId === id % 2);
          const { key } = (ofArray[0] ?? task).currentTaskResources;
          const expected = ofArray.filter((other) => other.currentTaskResources.key === key).slice(0, memory);
          drop(expected);
          assert.deepEqual(idsOf(queue.takeAlike(id % 2, memory)), idsOf(expected));
        }
        assert.equal(queue.size, front.length + back.length);
      }
    }),
    { numRuns: 300 },
  );
});
