/** The order of templates: who waits for whom, without circles. */
import type { Situation, TemplateEdge } from './situation.ts';

export interface TemplateOrder {
  /** Array ids, each after all that it waits for. */
  readonly order: readonly number[];
  /** By the array that waits. */
  readonly upstreamOf: ReadonlyMap<number, readonly TemplateEdge[]>;
  /** Arrays of which tasks wait for tasks of their own, directly or through others: chains, of which counts tell no width. */
  readonly chained: ReadonlySet<number>;
}

/** Tasks never wait in a circle, but templates do where a chain of tasks comes back to one. The edge that closes it is left out. */
export function templateOrder({ templates, edges }: Pick<Situation, 'templates' | 'edges'>): TemplateOrder {
  const known = new Set(templates.map(({ arrayId }) => arrayId));
  const upstreamOf = Map.groupBy(
    edges.filter(({ from, to }) => known.has(from) && known.has(to)),
    ({ to }) => to,
  );
  const order: number[] = [];
  const chained = new Set<number>();
  const kept = new Map<number, TemplateEdge[]>();
  const open = new Set<number>();
  for (const { arrayId } of templates) {
    const path = [{ arrayId, next: 0 }];
    while (path.length > 0) {
      const place = path.at(-1) as (typeof path)[number];
      if (place.next === 0 && !open.has(place.arrayId)) {
        if (kept.has(place.arrayId)) {
          path.pop();
          continue;
        }
        open.add(place.arrayId);
        kept.set(place.arrayId, []);
      }
      const edge = upstreamOf.get(place.arrayId)?.[place.next++];
      if (edge === undefined) {
        open.delete(place.arrayId);
        order.push(place.arrayId);
        path.pop();
      } else if (open.has(edge.from)) {
        const circle = path.findIndex((step) => step.arrayId === edge.from);
        for (const step of path.slice(circle)) chained.add(step.arrayId);
      } else {
        kept.get(place.arrayId)?.push(edge);
        if (!kept.has(edge.from)) path.push({ arrayId: edge.from, next: 0 });
      }
    }
  }
  return { order, upstreamOf: kept, chained };
}
