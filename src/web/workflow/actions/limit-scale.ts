/** Steps of a slider for limits from 1 to many: each step is the same factor. */
export const STEPS = 100;

/** The limit at a step. The first is 1, the last `most`. */
export function limitAt(step: number, most: number): number {
  return Math.round(most ** (step / STEPS));
}

/** The step that is nearest to a limit. */
export function stepOf(limit: number, most: number): number {
  if (limit <= 1 || most <= 1) return limit >= most ? STEPS : 0;
  return Math.min(STEPS, Math.round((STEPS * Math.log(limit)) / Math.log(most)));
}
