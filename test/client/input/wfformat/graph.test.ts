import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readGraph } from '../../../../src/client/input/wfformat/graph.ts';
import type { SpecificationTask, WfFormat } from '../../../../src/client/input/wfformat/schema.ts';

const task = (id: string, rest: Partial<SpecificationTask> = {}): SpecificationTask => ({ id, name: id, ...rest });
const documentOf = (tasks: SpecificationTask[], execution: { id: string }[] = []): WfFormat => ({
  name: 'tiny',
  workflow: { specification: { tasks }, execution: { tasks: execution } },
});
const edgesOf = (document: WfFormat) =>
  readGraph(document, 'in.json')
    .flatMap(({ specification, upstream }) => [...upstream].map((id) => `${id}>${specification.id}`))
    .sort();

test('dependencies are the same whether parents, children or both are given', () => {
  const expected = ['a>b', 'a>c', 'b>c'];
  assert.deepEqual(
    edgesOf(documentOf([task('a'), task('b', { parents: ['a'] }), task('c', { parents: ['a', 'b'] })])),
    expected,
  );
  assert.deepEqual(
    edgesOf(documentOf([task('a', { children: ['b', 'c'] }), task('b', { children: ['c'] }), task('c')])),
    expected,
  );
  assert.deepEqual(
    edgesOf(
      documentOf([
        task('a', { children: ['b'] }),
        task('b', { parents: ['a'], children: ['c'] }),
        task('c', { parents: ['a'] }),
      ]),
    ),
    expected,
  );
});

test('without either, files tell: a task waits for whoever writes its inputs, and never for itself', () => {
  const tasks = [task('a', { outputFiles: ['f'] }), task('b', { inputFiles: ['f', 'g'], outputFiles: ['g'] })];
  assert.deepEqual(edgesOf(documentOf(tasks)), ['a>b']);
});

test('unknown and repeated ids are refused with their place', () => {
  assert.throws(
    () => edgesOf(documentOf([task('a', { parents: ['z'] })])),
    /tasks\[0\]\.parents\[0\] is z, which is the id of no task/,
  );
  assert.throws(() => edgesOf(documentOf([task('a', { children: ['z'] })])), /tasks\[0\]\.children\[0\] is z/);
  assert.throws(
    () => edgesOf(documentOf([task('a'), task('a')])),
    /specification\.tasks\[1\]\.id a is the id of task 0 already/,
  );
  assert.throws(() => edgesOf(documentOf([task('a')], [{ id: 'b' }])), /execution\.tasks\[0\]\.id is b, which/);
});
