/** A part of the time of a run, as milliseconds since 1970. */
export interface Part {
  readonly from: number;
  readonly until: number;
}

/** Milliseconds; nothing is told apart below. */
const SHORTEST = 100;

/** The middle of a part, `factor` times as long, within the whole. */
export function zoomed({ from, until }: Part, factor: number, whole: Part): Part {
  const length = (until - from) * factor;
  return within({ from: from + (until - from - length) / 2, length }, whole);
}

/** What lies before (a negative share) or after a part, by a share of its length. */
export function moved({ from, until }: Part, share: number, whole: Part): Part {
  return within({ from: from + (until - from) * share, length: until - from }, whole);
}

function within({ from, length }: { readonly from: number; readonly length: number }, whole: Part): Part {
  const longest = whole.until - whole.from;
  const kept = Math.min(longest, Math.max(SHORTEST, length));
  const first = Math.min(Math.max(whole.from, from), whole.until - kept);
  return { from: Math.round(first), until: Math.round(first + kept) };
}

/** Whether it is all there is, but for what nobody sees. */
export function isWhole({ from, until }: Part, whole: Part): boolean {
  const visible = (whole.until - whole.from) / 1000;
  return from - whole.from <= visible && whole.until - until <= visible;
}
