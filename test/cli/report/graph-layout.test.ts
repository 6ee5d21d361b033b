import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layoutOf, NODE_HEIGHT, NODE_WIDTH } from '../../../src/cli/report/graph-layout.ts';

test('what waits is below, and nothing sticks out of the picture: no box, and no way around them', () => {
  const edges = [
    ...[
      [1, 2],
      [1, 3],
      [2, 4],
      [3, 4],
      [4, 5],
      [1, 5],
    ].map(([from = 0, to = 0]) => ({ from, to })),
  ];
  const { left, top, width, height, corners, ways } = layoutOf([1, 2, 3, 4, 5], edges);
  for (const { from, to } of edges) assert.ok((corners[from - 1]?.y ?? 0) + NODE_HEIGHT < (corners[to - 1]?.y ?? 0));
  const points = [
    ...corners,
    ...corners.map(({ x, y }) => ({ x: x + NODE_WIDTH, y: y + NODE_HEIGHT })),
    ...ways.flat(),
  ];
  for (const { x, y } of points) {
    assert.ok(x >= left && x <= left + width && y >= top && y <= top + height, `${x} ${y}`);
  }
});
