/** Lists of array indexes as Slurm writes them. */

/** `0,1,2,5` → `0-2,5`. */
export function writeRanges(indexes: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const index of indexes.toSorted((one, other) => one - other)) {
    const range = ranges.at(-1);
    if (range !== undefined && index === range[1] + 1) range[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}

export interface ReadRanges {
  readonly indexes: readonly number[];
  /** A list that is too long is cut, in the midst of a number, and ends in dots: there are more than these. */
  readonly isCut: boolean;
}

/** Of `3-5,8`, `6-18:3`, `0-9%2` (at most two at once), `1,2,1...` */
export function readRanges(text: string): ReadRanges {
  const isCut = text.endsWith('...');
  const list = (isCut ? text.slice(0, text.lastIndexOf(',') + 1) : text).replace(/%\d+$/, '');
  const indexes = list.split(',').flatMap((range) => {
    const [, first, last = first, step = '1'] = /^(\d+)(?:-(\d+))?(?::(\d+))?$/.exec(range) ?? [];
    if (first === undefined) return [];
    const count = Math.floor((Number(last) - Number(first)) / Number(step)) + 1;
    return Array.from({ length: count }, (_, place) => Number(first) + place * Number(step));
  });
  return { indexes, isCut };
}
