import { Graph, layout } from '@dagrejs/dagre';

/** Pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  /** The upper left corner of each template, in the order of the ids. */
  readonly corners: readonly Point[];
  /** The way of each edge around what lies between its ends, in the order of the edges. */
  readonly ways: readonly (readonly Point[])[];
}

export const NODE_WIDTH = 220;
export const NODE_HEIGHT = 64;

/** Lays templates out so that what waits is below what it waits for. */
export function layoutOf(
  ids: readonly number[],
  edges: readonly { readonly from: number; readonly to: number }[],
): Layout {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 32, ranksep: 56 });
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
  return { corners, ways };
}

/** A smooth line through the middles of the pieces of a way, as the path of an SVG. */
export function smoothPath(way: readonly Point[]): string {
  const [first, ...others] = way;
  const last = others.at(-1);
  if (first === undefined || last === undefined) return '';
  const curves = others.slice(0, -1).map((point, at) => {
    const next = others[at + 1] as Point;
    return `Q ${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`;
  });
  return [`M ${first.x} ${first.y}`, ...curves, `L ${last.x} ${last.y}`].join(' ');
}
