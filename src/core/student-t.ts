/**
 * Student's t distribution, for intervals of confidence. With whole degrees of freedom its integral over ±t is a finite
 * sum, and no term of it is negative, so nothing is lost to cancellation.
 * Source: M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
 */

/**
 * The t such that a variable of Student's distribution lies within ±t with probability `level`: 12.706… for 0.95 and one
 * degree. The time grows with the degrees, to some ten milliseconds for a million.
 * @param level between 0 and 1, both excluded.
 * @param degrees of freedom: a whole number from 1.
 */
export function studentT(level: number, degrees: number): number {
  return Math.sqrt(degrees) * Math.tan(angleOf(level, degrees));
}

/** The nearest level to 1 that a number can hold takes about 40 steps. */
const MOST_STEPS = 100;

/**
 * The angle θ = arctan(t / √degrees). The probability rises ever more slowly with θ, so Newton's method from 0 comes
 * closer with each step and never goes too far: it needs no bracket.
 */
function angleOf(level: number, degrees: number): number {
  const densityAtZero = degrees % 2 === 0 ? series(1, degrees) : (2 / Math.PI) * (1 + series(1, degrees));
  let angle = 0;
  for (let step = 0; step < MOST_STEPS; step++) {
    const density = densityAtZero * Math.cos(angle) ** (degrees - 1);
    const growth = (level - probabilityWithin(angle, degrees)) / density;
    if (!(growth > angle * Number.EPSILON)) break;
    angle += growth;
  }
  return angle;
}

/** 26.7.3 for odd degrees, 26.7.4 for even ones. */
function probabilityWithin(angle: number, degrees: number): number {
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const sum = series(cosine * cosine, degrees);
  return degrees % 2 === 0 ? sine * sum : (2 / Math.PI) * (angle + sine * cosine * sum);
}

/** 1 + 1/2 x + 1·3/(2·4) x² + … for even degrees, 1 + 2/3 x + 2·4/(3·5) x² + … for odd ones; none for one degree. */
function series(x: number, degrees: number): number {
  const isOdd = degrees % 2;
  const terms = (degrees - isOdd) / 2;
  let sum = 0;
  let term = 1;
  for (let index = 1; index <= terms; index++) {
    sum += term;
    term *= ((2 * index - 1 + isOdd) / (2 * index + isOdd)) * x;
  }
  return sum;
}
