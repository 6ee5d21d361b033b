/**
 * The normal distribution of which some values are known, and of others only that they are larger than something: the
 * estimate of highest likelihood, by expectation and maximization (A. P. Dempster, N. M. Laird, D. B. Rubin, 1977).
 */

export interface Estimate {
  readonly mean: number;
  readonly variance: number;
}

/** Steps after which nothing of interest changes. */
const STEPS = 25;

/**
 * `prior` is a variance that counts as much as `weight` values.
 * @param values at least one.
 */
export function estimateCensored(
  values: readonly number[],
  exceeded: readonly number[],
  prior: { readonly variance: number; readonly weight: number },
): Estimate {
  const count = values.length + exceeded.length;
  const sum = values.reduce((total, value) => total + value, 0);
  let mean = sum / values.length;
  let variance = varianceAround(mean, values, 0, values.length - 1, prior);
  for (let step = 0; step < STEPS && exceeded.length > 0; step++) {
    const deviation = Math.sqrt(variance);
    let expectedSum = sum;
    let squares = 0;
    const next = exceeded.map((limit) => {
      const from = (limit - mean) / deviation;
      const excess = meanAbove(from);
      expectedSum += mean + deviation * excess;
      return { expected: mean + deviation * excess, rest: variance * Math.max(0, 1 + from * excess - excess ** 2) };
    });
    const nextMean = expectedSum / count;
    for (const { expected, rest } of next) squares += (expected - nextMean) ** 2 + rest;
    mean = nextMean;
    variance = varianceAround(mean, values, squares, count - 1, prior);
  }
  return { mean, variance };
}

function varianceAround(
  mean: number,
  values: readonly number[],
  others: number,
  degrees: number,
  { variance, weight }: { readonly variance: number; readonly weight: number },
): number {
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, others);
  return (squares + weight * variance) / (degrees + weight);
}

/** Mean of what is above `from` of the normal distribution of mean 0 and deviation 1. */
function meanAbove(from: number): number {
  // Far out, the distribution falls off so steeply that all that is left lies near the limit.
  if (from > 5) return from + 1 / from;
  if (from < -5) return 0;
  return Math.exp(-(from ** 2) / 2) / Math.sqrt(2 * Math.PI) / shareAbove(from);
}

/** M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions, 26.2.17; the error is below 1e-7. */
function shareAbove(from: number): number {
  if (from < 0) return 1 - shareAbove(-from);
  const t = 1 / (1 + 0.2316419 * from);
  const sum = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp(-(from ** 2) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}
