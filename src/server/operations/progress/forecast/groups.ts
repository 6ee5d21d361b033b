/** The templates of which something is left to do, as a schedule needs them. */
import { templateOrder } from './graph.ts';
import type { RunTimes } from './run-times.ts';
import type { RunningAttempt, Situation, TemplateSituation } from './situation.ts';

export interface Group {
  readonly runTimes: RunTimes;
  /** Attempts of it that may run at once. */
  readonly limit: number;
  /** Tasks that can come to be done, or are: not those that failed, nor those that wait for one. */
  readonly possible: number;
  readonly done: number;
  readonly running: number;
  /** Milliseconds for which attempts have run; of many, some. */
  readonly ages: readonly number[];
  /** Tasks that nothing runs of, and how many of them wait for nothing but room. */
  readonly open: number;
  readonly ready: number;
  /** Attempts that an open task takes, on average. */
  readonly attempts: number;
  readonly upstream: readonly Dependency[];
}

export interface Dependency {
  /** Place of the other group. */
  readonly from: number;
  /** Tasks of it that one task waits for. */
  readonly upstreams: number;
}

/** Templates that are told apart: those with the most open tasks. The others become one. */
const MOST_GROUPS = 200;
/** Running attempts of a group that are told apart. */
const MOST_AGES = 16;
/** Attempts of a template that say as much of how often it fails as those of all templates. */
const WEIGHT_OF_ALL = 4;

/** `room`: how many attempts ran at once of late. */
export function groupsOf(situation: Situation, runTimes: readonly RunTimes[], room: number): Group[] {
  const { order, upstreamOf, chained } = templateOrder(situation);
  const failing = failingShares(situation);
  const ages = Map.groupBy(situation.running, ({ arrayId }) => arrayId);
  const templates = new Map(
    situation.templates.map((template, place) => [
      template.arrayId,
      { ...template, runTimes: runTimes[place] as RunTimes, failing: failing(template.arrayId) },
    ]),
  );
  const possible = new Map<number, number>();
  for (const arrayId of order) {
    const upstream = (upstreamOf.get(arrayId) ?? []).map(({ from, upstreams }) => {
      const {
        tasks,
        done,
        maxAttempts,
        failing: share,
      } = templates.get(from) as { failing: number } & TemplateSituation;
      const left = possible.get(from) as number;
      return {
        share: Math.min(1, upstreams / Math.max(1, tasks)),
        failed: tasks - left,
        failing: (left - done) * share ** maxAttempts,
      };
    });
    possible.set(arrayId, possibleOf(templates.get(arrayId) as TemplateSituation, upstream));
  }
  const unfinished = order.filter((arrayId) => {
    const { done, running } = templates.get(arrayId) as TemplateSituation;
    return running > 0 || done < (possible.get(arrayId) as number);
  });
  const placeOf = new Map(unfinished.map((arrayId, place) => [arrayId, place]));
  const groups = unfinished.map((arrayId): Group => {
    const template = templates.get(arrayId) as TemplateSituation & { runTimes: RunTimes; failing: number };
    const { done, running, waiting, maxAttempts } = template;
    const open = Math.max(0, (possible.get(arrayId) as number) - done - running);
    return {
      runTimes: template.runTimes,
      limit: chained.has(arrayId) ? Math.min(template.limit, Math.max(1, running + waiting)) : template.limit,
      possible: done + running + open,
      done,
      running,
      // One that just began is in the counts, but maybe not among the attempts.
      ages: running === 0 ? [] : agesOf(ages.get(arrayId) ?? [], situation.now),
      open,
      ready: Math.min(open, waiting),
      attempts: attemptsOf(template.failing, maxAttempts),
      upstream: (upstreamOf.get(arrayId) ?? []).flatMap(({ from, upstreams }) => {
        const place = placeOf.get(from);
        return place === undefined ? [] : [{ from: place, upstreams }];
      }),
    };
  });
  return groups.length <= MOST_GROUPS ? groups : capped(groups, room);
}

interface Upstream {
  /** Share of its tasks that one task waits for. */
  readonly share: number;
  /** Tasks of it that will never be done; and those that will yet fail, on average. */
  readonly failed: number;
  readonly failing: number;
}

/** How many tasks of a template can be done when of those that they wait for some never will be. */
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

/** By array, the share of attempts that fail. */
function failingShares({ ended }: Situation): (arrayId: number) => number {
  const failedIn = (attempts: readonly { readonly isDone: boolean }[]) =>
    attempts.filter(({ isDone }) => !isDone).length;
  const all = ended.length === 0 ? 0 : failedIn(ended) / ended.length;
  const own = Map.groupBy(ended, ({ arrayId }) => arrayId);
  return (arrayId) => {
    const attempts = own.get(arrayId) ?? [];
    return (failedIn(attempts) + WEIGHT_OF_ALL * all) / (attempts.length + WEIGHT_OF_ALL);
  };
}

function attemptsOf(failing: number, most: number): number {
  return failing >= 1 ? most : (1 - failing ** most) / (1 - failing);
}

/** The largest groups, and one for all others, that are as many at once as ran of late: nobody looks who waits for whom. */
function capped(groups: readonly Group[], room: number): Group[] {
  const bySize = groups.map((_, place) => place).sort((one, other) => sizeOf(groups[other]) - sizeOf(groups[one]));
  const kept = bySize.slice(0, MOST_GROUPS);
  const others = bySize.slice(MOST_GROUPS).map((place) => groups[place] as Group);
  const placeOf = new Map(kept.map((place, index) => [place, index]));
  const sum = (numberOf: (group: Group) => number) => others.reduce((total, group) => total + numberOf(group), 0);
  const open = sum((group) => group.open);
  return [
    ...kept.map((place) => {
      const group = groups[place] as Group;
      const upstream = group.upstream.flatMap(({ from, upstreams }) => {
        const index = placeOf.get(from);
        return index === undefined ? [] : [{ from: index, upstreams }];
      });
      return { ...group, upstream };
    }),
    {
      ...(others[0] as Group),
      limit: room,
      possible: sum((group) => group.possible),
      done: sum((group) => group.done),
      running: sum((group) => group.running),
      ages: spread(
        others.flatMap(({ ages }) => ages),
        MOST_AGES,
      ),
      open,
      ready: open,
      upstream: [],
    },
  ];
}

function sizeOf(group: Group | undefined): number {
  return (group?.open ?? 0) + (group?.running ?? 0);
}

function agesOf(attempts: readonly RunningAttempt[], now: number): number[] {
  if (attempts.length === 0) return [0];
  return spread(attempts, MOST_AGES).map(({ begun }) => Math.max(0, now - begun));
}

/** At most `count` of the items, from everywhere among them. */
function spread<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, place) => items[Math.floor((place * items.length) / count)] as Item);
}
