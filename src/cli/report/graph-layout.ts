import { type Layout as Places, type Point, placeTemplates } from '../../core/graph-picture.ts';

/** Where everything lies, and the frame around it. */
interface Layout extends Places {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Pixels. */
export const NODE_WIDTH = 190;
export const NODE_HEIGHT = 58;
/** So that lines at the border are not cut. */
const MARGIN = 2;

/** Lays templates out so that what waits is below what it waits for. */
export function layoutOf(
  ids: readonly number[],
  edges: readonly { readonly from: number; readonly to: number }[],
): Layout {
  const { corners, ways } = placeTemplates(ids, edges, {
    ...{ width: NODE_WIDTH, height: NODE_HEIGHT },
    ...{ beside: 28, below: 44 },
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
