import { Graph, layout } from '@dagrejs/dagre';

export interface Place {
  readonly id: number;
  /** Pixels of the upper left corner. */
  readonly x: number;
  readonly y: number;
}

export const NODE_WIDTH = 220;
export const NODE_HEIGHT = 64;

/** Where the templates stand so that what waits is below what it waits for. */
export function placesOf(
  ids: readonly number[],
  edges: readonly { readonly from: number; readonly to: number }[],
): Place[] {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 32, ranksep: 56 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of ids) graph.setNode(String(id), { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const { from, to } of edges) if (from !== to) graph.setEdge(String(from), String(to));
  layout(graph);
  return ids.map((id) => {
    const { x = 0, y = 0 } = graph.node(String(id)) as { x?: number; y?: number };
    return { id, x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 };
  });
}
