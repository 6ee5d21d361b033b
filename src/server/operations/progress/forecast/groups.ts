/** The templates of which something is left to do, as a schedule needs them. */
import { templateOrder } from './graph.ts';
import { failingShares, possibleTasks } from './possible.ts';
import type { RunTimes } from './run-times.ts';
import type { RunningAttempt, Situation, TemplateSituation } from './situation.ts';

export interface Group {
  /** Place of its template. */
  readonly template: number;
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

/** As long as it is not known whether it stays: run times are what takes work. */
type UntimedGroup = Omit<Group, 'runTimes'>;

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

/** `room`: how many attempts ran at once of late. */
export function groupsOf(situation: Situation, runTimes: (place: number) => RunTimes, room: number): Group[] {
  const graph = templateOrder(situation);
  const failing = failingShares(situation);
  const possible = possibleTasks(situation, graph, failing);
  const places = new Map(situation.templates.map(({ arrayId }, place) => [arrayId, place]));
  const ages = Map.groupBy(situation.running, ({ arrayId }) => arrayId);
  const unfinished = graph.order.filter((arrayId) => {
    const { done, running } = situation.templates[places.get(arrayId) as number] as TemplateSituation;
    return running > 0 || done < (possible.get(arrayId) as number);
  });
  // A chain is as wide as what of all chains is active, in whichever of their templates that is at the moment.
  const width = situation.templates
    .filter(({ arrayId }) => graph.chained.has(arrayId))
    .reduce((sum, { running, waiting }) => sum + running + waiting, 0);
  const groupPlaces = new Map(unfinished.map((arrayId, place) => [arrayId, place]));
  const groups = unfinished.map((arrayId): UntimedGroup => {
    const template = places.get(arrayId) as number;
    const { limit, done, running, waiting, maxAttempts } = situation.templates[template] as TemplateSituation;
    const open = Math.max(0, (possible.get(arrayId) as number) - done - running);
    return {
      template,
      limit: graph.chained.has(arrayId) ? Math.min(limit, Math.max(1, width)) : limit,
      possible: done + running + open,
      done,
      running,
      // One that just began is in the counts, but maybe not among the attempts.
      ages: running === 0 ? [] : agesOf(ages.get(arrayId) ?? [], situation.now),
      open,
      ready: Math.min(open, waiting),
      attempts: attemptsOf(failing(arrayId), maxAttempts),
      upstream: (graph.upstreamOf.get(arrayId) ?? []).flatMap(({ from, upstreams }) => {
        const place = groupPlaces.get(from);
        return place === undefined ? [] : [{ from: place, upstreams }];
      }),
    };
  });
  return capped(groups, room).map((group) => ({ ...group, runTimes: runTimes(group.template) }));
}

function attemptsOf(failing: number, most: number): number {
  return failing >= 1 ? most : (1 - failing ** most) / (1 - failing);
}

/** The largest groups, and one for all others, that are as many at once as ran of late: nobody looks who waits for whom. */
function capped(groups: UntimedGroup[], room: number): UntimedGroup[] {
  if (groups.length <= MOST_GROUPS) return groups;
  const bySize = groups.map((_, place) => place).sort((one, other) => sizeOf(groups[other]) - sizeOf(groups[one]));
  const kept = bySize.slice(0, MOST_GROUPS);
  const others = bySize.slice(MOST_GROUPS).map((place) => groups[place] as UntimedGroup);
  const placeOf = new Map(kept.map((place, index) => [place, index]));
  const sum = (numberOf: (group: UntimedGroup) => number) =>
    others.reduce((total, group) => total + numberOf(group), 0);
  const open = sum((group) => group.open);
  return [
    ...kept.map((place) => {
      const group = groups[place] as UntimedGroup;
      const upstream = group.upstream.flatMap(({ from, upstreams }) => {
        const index = placeOf.get(from);
        return index === undefined ? [] : [{ from: index, upstreams }];
      });
      return { ...group, upstream };
    }),
    {
      ...(others[0] as UntimedGroup),
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

function sizeOf(group: UntimedGroup | undefined): number {
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
