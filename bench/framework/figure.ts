/** What one benchmark measured, as a row of the table. */
export interface Figure {
  readonly work: string;
  /** All measurements of the same thing; the table shows their median. */
  readonly values: readonly number[];
  readonly unit: string;
  /** What is wanted, as a text: `≤ 1 s`. */
  readonly reach?: string;
  /** The same work by a simpler or a foreign program in the same run; missing when it is not installed. */
  readonly yardstick?: Yardstick | undefined;
  /** Peak resident memory in bytes of the process that did the work. */
  readonly peak?: number | undefined;
  /** What a reader has to know: growth exponent, parts of the time. */
  readonly remark?: string | undefined;
}

interface Yardstick {
  readonly name: string;
  readonly values: readonly number[];
  readonly unit: string;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** The value below which `share` of all lie, such as 0.99. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/**
 * How the time grows with the size: 1 is linear, 2 quadratic. The slope of the least-squares line through the logarithms.
 */
export function growthExponent(points: readonly { readonly size: number; readonly seconds: number }[]): number {
  const logs = points.map(({ size, seconds }) => [Math.log(size), Math.log(seconds)] as const);
  const meanSize = logs.reduce((sum, [size]) => sum + size, 0) / logs.length;
  const meanSeconds = logs.reduce((sum, [, seconds]) => sum + seconds, 0) / logs.length;
  const covariance = logs.reduce((sum, [size, seconds]) => sum + (size - meanSize) * (seconds - meanSeconds), 0);
  return covariance / logs.reduce((sum, [size]) => sum + (size - meanSize) ** 2, 0);
}
