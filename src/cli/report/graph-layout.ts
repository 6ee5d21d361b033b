import { Graph, layout } from '@dagrejs/dagre';

/** Pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** The upper left corner of each template, in the order of the ids. */
  readonly corners: readonly Point[];
  /** The way of each edge around what lies between its ends, in the order of the edges. */
  readonly ways: readonly (readonly Point[])[];
}

export const NODE_WIDTH = 190;
export const NODE_HEIGHT = 58;
/** So that lines at the border are not cut. */
const MARGIN = 2;

/** Lays templates out so that what waits is below what it waits for. */
export function layoutOf(
  ids: readonly number[],
  edges: readonly { readonly from: number; readonly to: number }[],
): Layout {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 28, ranksep: 44 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of ids) graph.setNode(String(id), { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const { from, to } of edges) graph.setEdge(String(from), String(to));
  layout(graph);
  const corners = ids.map((id) => {
    const { x = 0, y = 0 } = graph.node(String(id)) as Partial<Point>;
    return { x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 };
  });
  const ways = edges.map(({ from, to }) => {
    const { points = [] } = graph.edge(String(from), String(to)) as { points?: readonly Point[] };
    return points;
  });
  return { ...extentOf(corners, ways), corners, ways };
}

/** Ways may lead around everything else, also to the left of it. */
function extentOf(corners: readonly Point[], ways: readonly (readonly Point[])[]): Omit<Layout, 'corners' | 'ways'> {
  const points = [
    ...corners,
    ...corners.map(({ x, y }) => ({ x: x + NODE_WIDTH, y: y + NODE_HEIGHT })),
    ...ways.flat(),
  ];
  const [left, top] = [Math.min(...points.map(({ x }) => x)), Math.min(...points.map(({ y }) => y))];
  const [right, bottom] = [Math.max(...points.map(({ x }) => x)), Math.max(...points.map(({ y }) => y))];
  return {
    ...{ left: Math.floor(left) - MARGIN, top: Math.floor(top) - MARGIN },
    ...{ width: Math.ceil(right - left) + 2 * MARGIN, height: Math.ceil(bottom - top) + 2 * MARGIN },
  };
}
