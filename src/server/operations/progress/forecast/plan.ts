/** Cuts what is open into units, so that drawing a schedule takes as long for a million tasks as for a hundred. */
import type { Dependency, Group } from './groups.ts';

export interface PlannedGroup extends Group {
  /** Units that are still to be started, each of `size` tasks (not always whole). */
  readonly units: number;
  readonly size: number;
  readonly needs: readonly Need[];
  /** Places of groups that wait for it. */
  readonly downstream: readonly number[];
}

/** How many tasks of another group are done before a unit can start. */
interface Need {
  readonly from: number;
  /** One of these holds in a draw, for nobody knows how the edges lie: the least number of tasks, by unit. */
  readonly choices: readonly Float64Array[];
}

/** Units of all groups together, unless there are more groups than half of that. */
const UNITS = 120;
const FEWEST_UNITS = 2;

export function planned(groups: readonly Group[]): PlannedGroup[] {
  const most = mostUnits(groups.map(({ open }) => open));
  const downstream = groups.map((): number[] => []);
  for (const [place, { upstream }] of groups.entries()) for (const { from } of upstream) downstream[from]?.push(place);
  return groups.map((group, place) => {
    const units = Math.min(group.open, most);
    const size = units === 0 ? 0 : group.open / units;
    return {
      ...group,
      units,
      size,
      needs: group.upstream.map((dependency) => needOf(dependency, group, groups, { units, size })),
      downstream: downstream[place] as number[],
    };
  });
}

/** Units that a group may have, so that small ones leave room for the large. */
function mostUnits(sizes: readonly number[]): number {
  const ascending = sizes.toSorted((one, other) => one - other);
  let left = UNITS;
  for (const [place, size] of ascending.entries()) {
    const share = left / (ascending.length - place);
    if (size > share) return Math.max(FEWEST_UNITS, Math.floor(share));
    left -= size;
  }
  return UNITS;
}

function needOf(
  { from, upstreams }: Dependency,
  { possible, open, ready }: Group,
  groups: readonly Group[],
  { units, size }: { units: number; size: number },
): Need {
  const others = (groups[from] as Group).possible;
  const counts = exponentsOf(upstreams, others).map((exponent) =>
    Float64Array.from({ length: units }, (_, unit) => {
      const started = size * (unit + 1);
      // A hair of tolerance: sizes of units are fractions.
      if (started <= ready + TOLERANCE) return 0;
      const share = Math.min(1, (possible - open + started) / possible);
      return Math.min(others, Math.ceil(share ** exponent * others - TOLERANCE)) - TOLERANCE;
    }),
  );
  return { from, choices: counts };
}

const TOLERANCE = 1e-6;

/**
 * Share x of a group can start when share x ** exponent of the other is done. Where each task waits for its own part of the
 * other group, that is 1; where it waits for some from everywhere, all of these have to be done: in between, anything is possible.
 */
function exponentsOf(upstreams: number, others: number): number[] {
  if (upstreams >= 0.99 * others) return [0];
  return upstreams <= 1.5 ? [1] : [1, upstreams ** -0.5, 1 / upstreams];
}
