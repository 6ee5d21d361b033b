/** Bars of one template lie together, each on a line on which nothing else is at its time. */

export interface Span {
  readonly array_id: number;
  /** Milliseconds since 1970; null: it goes on. */
  readonly started: number;
  readonly ended: number | null;
}

interface Lane<Bar> {
  readonly arrayId: number;
  /** Pixels from the top: of the name above the lane, and of its first line. */
  readonly nameTop: number;
  readonly top: number;
  readonly bars: readonly { readonly bar: Bar; readonly line: number }[];
}

export interface Lanes<Bar> {
  readonly lanes: readonly Lane<Bar>[];
  /** Pixels: of a line, with the gap below it, and of all lanes. */
  readonly lineHeight: number;
  readonly height: number;
}

const NAME_HEIGHT = 22;
const LANE_GAP = 8;
/** Lines are as high as can be clicked where there are few of them, and as low as can be seen where there are many. */
const HIGHEST_LINE = 18;
const LOWEST_LINE = 4;
/** All lines together; those of the lowest height may be more. */
const WANTED_HEIGHT = 480;
/** More lines of a template than that lie upon each other: how dark they are says how many. */
const MOST_LINES = 60;

/** Lays bars out by template, in the order of `arrayIds`; what goes on ends at `until`. */
export function lanesOf<Bar extends Span>(
  bars: readonly Bar[],
  arrayIds: readonly number[],
  until: number,
): Lanes<Bar> {
  const byArray = Map.groupBy(bars, ({ array_id: id }) => id);
  const known = arrayIds.filter((id) => byArray.has(id));
  const packed = known.map((arrayId) => ({ arrayId, ...packedLines(byArray.get(arrayId) ?? [], until) }));
  const lines = packed.reduce((sum, lane) => sum + lane.lines, 0);
  const lineHeight = Math.max(LOWEST_LINE, Math.min(HIGHEST_LINE, Math.floor(WANTED_HEIGHT / Math.max(1, lines))));
  let height = 0;
  const lanes = packed.map(({ arrayId, placed, lines: own }) => {
    const nameTop = height;
    height += NAME_HEIGHT + own * lineHeight + LANE_GAP;
    return { arrayId, nameTop, top: nameTop + NAME_HEIGHT, bars: placed };
  });
  return { lanes, lineHeight, height };
}

/** Each bar on the first line that is free when it begins. */
function packedLines<Bar extends Span>(bars: readonly Bar[], until: number) {
  const ends: number[] = [];
  const placed = bars
    .toSorted((one, other) => one.started - other.started)
    .map((bar) => {
      const free = ends.findIndex((end) => end <= bar.started);
      const line = free < 0 ? ends.length : free;
      ends[line] = bar.ended ?? until;
      return { bar, line: line % MOST_LINES };
    });
  return { placed, lines: Math.min(ends.length, MOST_LINES) };
}
