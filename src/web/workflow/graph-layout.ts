import { type Layout, placeTemplates } from '../../core/graph-picture.ts';

export { type Point, smoothPath } from '../../core/graph-picture.ts';

/** Pixels. */
export const NODE_WIDTH = 220;
export const NODE_HEIGHT = 64;

/** Lays templates out so that what waits is below what it waits for. */
export function layoutOf(
  ids: readonly number[],
  edges: readonly { readonly from: number; readonly to: number }[],
): Layout {
  return placeTemplates(ids, edges, { width: NODE_WIDTH, height: NODE_HEIGHT, beside: 32, below: 56 });
}
