/** How many tasks of each template can come to be done, when of those that they wait for some never will be. */
import type { TemplateOrder } from './graph.ts';
import type { Situation, TemplateSituation } from './situation.ts';

interface Upstream {
  /** Share of its tasks that one task waits for. */
  readonly share: number;
  /** Tasks of it that will never be done; and those that will yet fail, on average. */
  readonly failed: number;
  readonly failing: number;
}

/** By array. `failing`: the share of the attempts of an array that fail. */
export function possibleTasks(
  { templates }: Situation,
  { order, upstreamOf }: TemplateOrder,
  failing: (arrayId: number) => number,
): ReadonlyMap<number, number> {
  const byArray = new Map(templates.map((template) => [template.arrayId, template]));
  const possible = new Map<number, number>();
  for (const arrayId of order) {
    const upstream = (upstreamOf.get(arrayId) ?? []).map(({ from, upstreams }): Upstream => {
      const { tasks, done, maxAttempts } = byArray.get(from) as TemplateSituation;
      const left = possible.get(from) as number;
      return {
        share: Math.min(1, upstreams / Math.max(1, tasks)),
        failed: tasks - left,
        failing: (left - done) * failing(from) ** maxAttempts,
      };
    });
    possible.set(arrayId, possibleOf(byArray.get(arrayId) as TemplateSituation, upstream));
  }
  return possible;
}

function possibleOf(
  { tasks, done, running, waiting, fatal }: TemplateSituation,
  upstream: readonly Upstream[],
): number {
  // That none of those that failed, which lie anywhere among the others, is one that a task waits for.
  const share = upstream.reduce(
    (product, { share: waited, failed, failing }) => product * (1 - waited) ** failed * Math.exp(-waited * failing),
    1,
  );
  return Math.max(done + running + waiting, Math.min(tasks - fatal, Math.round(tasks * share)));
}

/** Attempts of a template that say as much of how often it fails as those of all templates. */
const WEIGHT_OF_ALL = 4;

/** By array, the share of attempts that fail. */
export function failingShares({ ended }: Situation): (arrayId: number) => number {
  const failedIn = (attempts: readonly { readonly isDone: boolean }[]) =>
    attempts.filter(({ isDone }) => !isDone).length;
  const all = ended.length === 0 ? 0 : failedIn(ended) / ended.length;
  const own = Map.groupBy(ended, ({ arrayId }) => arrayId);
  return (arrayId) => {
    const attempts = own.get(arrayId) ?? [];
    return (failedIn(attempts) + WEIGHT_OF_ALL * all) / (attempts.length + WEIGHT_OF_ALL);
  };
}
