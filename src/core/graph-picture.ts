/** Where the templates of a workflow lie in a picture, and the ways between them. */
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

/** Pixels: of a box, beside it and below it. */
export interface Measures {
  readonly width: number;
  readonly height: number;
  readonly beside: number;
  readonly below: number;
}

/** Lays templates out so that what waits is below what it waits for. */
export function placeTemplates(
  ids: readonly number[],
  edges: readonly { readonly from: number; readonly to: number }[],
  { width, height, beside, below }: Measures,
): Layout {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: beside, ranksep: below });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of ids) graph.setNode(String(id), { width, height });
  for (const { from, to } of edges) graph.setEdge(String(from), String(to));
  layout(graph);
  const corners = ids.map((id) => {
    const { x = 0, y = 0 } = graph.node(String(id)) as Partial<Point>;
    return { x: x - width / 2, y: y - height / 2 };
  });
  const ways = edges.map(({ from, to }) => {
    const { points = [] } = graph.edge(String(from), String(to)) as { points?: readonly Point[] };
    return points;
  });
  return { corners, ways };
}

/** A smooth line through the middles of the pieces of a way, as the path of an SVG; `round` is for who wants it short. */
export function smoothPath(way: readonly Point[], round: (value: number) => number = (value) => value): string {
  const [first, ...others] = way;
  const last = others.at(-1);
  if (first === undefined || last === undefined) return '';
  const at = ({ x, y }: Point) => `${round(x)} ${round(y)}`;
  const curves = others.slice(0, -1).map((point, index) => {
    const next = others[index + 1] as Point;
    return `Q ${at(point)} ${at({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`;
  });
  return [`M ${at(first)}`, ...curves, `L ${at(last)}`].join(' ');
}
