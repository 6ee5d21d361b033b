import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TaskGraph } from '../../../src/client/swarm/task-graph.ts';
import { makeTask } from '../../support/swarm.ts';

function graphOf(rows: readonly (readonly number[])[]) {
  const graph = new TaskGraph();
  const tasks = rows.map((_, index) => makeTask(index + 1));
  for (const task of tasks) graph.add(task);
  return { graph, tasks };
}

function dependentsOf(graph: TaskGraph, index: number): number[] {
  const found: number[] = [];
  graph.forEachDependent(index, ({ taskId }) => found.push(taskId - 1));
  return found;
}

test('the graph gives back the dependents that each task was linked with, and counts upstreams', () => {
  const row = fc.array(fc.nat(), { maxLength: 5 });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 50 }), fc.boolean(), (given, isTrimmed) => {
      const rows = given.map((targets) => targets.map((target) => target % given.length));
      const { graph, tasks } = graphOf(rows);
      for (const [index, dependents] of rows.entries()) if (dependents.length > 0) graph.link(index, dependents);
      if (isTrimmed) graph.trim();
      assert.deepEqual(
        rows.map((_, index) => dependentsOf(graph, index)),
        rows,
      );
      const upstreams = tasks.map((_, index) => rows.flat().filter((target) => target === index).length);
      assert.deepEqual(
        tasks.map(({ numUpstreams }) => numUpstreams),
        upstreams,
      );
    }),
  );
});

test('it grows beyond its first room, in tasks and in edges', () => {
  const { graph } = graphOf(Array.from({ length: 5000 }, () => []));
  for (let index = 0; index < 4999; index += 7) graph.link(index, [index + 1, 4999]);
  for (const index of [0, 7, 4998]) {
    assert.deepEqual(dependentsOf(graph, index), index % 7 === 0 ? [index + 1, 4999] : []);
  }
});

test('tasks that are linked out of order are refused by name', () => {
  const { graph } = graphOf([[], [], []]);
  graph.link(1, [2]);
  assert.throws(() => graph.link(1, [2]), { code: 'internal', message: /task 2 were set out of order/ });
  assert.throws(() => graph.link(0, [2]), { code: 'internal', message: /task 1 were/ });
});

test('a task without a state has no dependents', () => {
  assert.deepEqual(makeTask(1).downstreamTasks, []);
});
