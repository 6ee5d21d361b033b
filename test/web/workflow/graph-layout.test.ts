import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layoutOf, NODE_HEIGHT, smoothPath } from '../../../src/web/workflow/graph-layout.ts';

test('what waits stands below what it waits for, and every edge has a way', () => {
  const { corners, ways } = layoutOf(
    [1, 2, 3],
    [
      { from: 1, to: 2 },
      { from: 2, to: 3 },
      { from: 1, to: 3 },
    ],
  );
  const [top, middle, bottom] = corners.map(({ y }) => y) as [number, number, number];
  assert.ok(middle >= top + NODE_HEIGHT && bottom >= middle + NODE_HEIGHT);
  assert.ok(ways.every((way) => way.length >= 2));
});

test('templates that wait for each other are laid out too', () => {
  const { corners } = layoutOf(
    [1, 2],
    [
      { from: 1, to: 2 },
      { from: 2, to: 1 },
    ],
  );
  assert.equal(corners.length, 2);
  assert.ok(corners.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)));
});

test('a path begins and ends where its way does', () => {
  assert.equal(smoothPath([]), '');
  const way = [
    { x: 0, y: 0 },
    { x: 5, y: 10 },
    { x: 0, y: 20 },
  ];
  assert.equal(smoothPath(way), 'M 0 0 Q 5 10 2.5 15 L 0 20');
});
