/**
 * How long attempts of each template take, as far as it is known: as logarithms of milliseconds, because run times of
 * one template differ by factors rather than by amounts.
 */
import { estimateCensored } from './censored.ts';
import { type Chance, exponential, normal, student } from './chance.ts';
import type { Situation, TemplateSituation } from './situation.ts';

/** What a draw of a schedule takes run times from. */
export interface RunTimes {
  /** Middle of the template, and how far it may be off (in units of Student's distribution with `degrees`). */
  readonly center: number;
  readonly doubt: number;
  readonly degrees: number;
  /** The same of what it has in common with all templates of which nothing is known: they are off together. */
  readonly commonDoubt: number;
  /** Equally likely run times in relation to the middle, ascending; their mean, and their deviation in relation to it. */
  readonly factors: Float64Array;
  readonly mean: number;
  readonly spread: number;
  /** Milliseconds for which attempts have run that are all that is known of the template; none where one was done. */
  readonly ages: readonly number[];
}

/** Milliseconds; shorter run times are none: below that, what lies between tasks takes longer. */
const SHORTEST = 1;
/** Longer ones are none that anybody waited for, whatever a worker reports. */
const LONGEST = 1e13;
/** Run times of a template that are told apart: enough for its slowest hundredth. */
const FACTORS = 128;
/** What is assumed of attempts of one template before two were seen, nine of ten within a factor of two; and how many observations that outweighs. */
const USUAL_SPREAD = 0.4;
const WEIGHT_OF_USUAL_SPREAD = 2;
/** The same of the middles of templates: nine of ten within a factor of eight. */
const USUAL_DISTANCE = 1.25;
const WEIGHT_OF_USUAL_DISTANCE = 6;
/** Those to come are no random sample, since tasks have an order: so much of the spread, and so much in any case, stays in doubt. */
const ORDERED_SHARE = 0.2;
const ORDERED = 0.05;
/** Where more of a sample than that still runs, what was done is the fast part of it. */
const MOST_UNFINISHED = 0.1;

/**
 * A function that gives the run times of the template at a place, for each that is asked for is work; undefined: nothing is
 * known of any.
 */
export function runTimesOf(situation: Situation, chance: Chance): ((place: number) => RunTimes) | undefined {
  const { now, templates, ended, running } = situation;
  const doneOf = Map.groupBy(
    ended.filter(({ isDone }) => isDone),
    ({ arrayId }) => arrayId,
  );
  const runningOf = Map.groupBy(running, ({ arrayId }) => arrayId);
  const samples = templates.map((template) => ({
    ends: (doneOf.get(template.arrayId) ?? []).map(({ begun, ended: end }) => logOf(end - begun)),
    ages: (runningOf.get(template.arrayId) ?? []).map(({ begun }) => logOf(now - begun)),
    template,
  }));
  const within = pooled(
    samples.map(({ ends }) => ({ degrees: Math.max(0, ends.length - 1), variance: varianceOf(ends) })),
    USUAL_SPREAD,
    WEIGHT_OF_USUAL_SPREAD,
  );
  const measured = samples.map(({ ends, ages, template }) => measuredOf(ends, ages, template, within.deviation));
  const middles = measured.flatMap((one) => one?.middle ?? []);
  if (middles.length === 0) return undefined;
  // Templates that run their first attempts take longer than that: without them, those seen would be the short ones.
  const least = samples.flatMap(({ ends, ages }) => (ends.length > 0 || ages.length === 0 ? [] : [meanOf(ages)]));
  const prior = { variance: USUAL_DISTANCE ** 2, weight: WEIGHT_OF_USUAL_DISTANCE };
  const { mean: center, variance } = estimateCensored(middles, least, prior);
  return (place) => {
    const one = measured[place];
    if (one !== undefined) return modelOf(one, chance);
    return {
      center,
      doubt: Math.sqrt(variance),
      commonDoubt: Math.sqrt(variance / middles.length),
      degrees: middles.length - 1 + WEIGHT_OF_USUAL_DISTANCE,
      ...factorsOf([0], within.deviation, chance),
      ages: (samples[place]?.ages ?? []).slice(0, MOST_AGES).map(Math.exp),
    };
  };
}

interface Measured {
  readonly size: number;
  readonly middle: number;
  readonly deviation: number;
  /** Equally likely; empty: only middle and deviation are known. */
  readonly values: readonly number[];
}

/** Undefined: no attempt of the template was ever done. */
function measuredOf(
  ends: readonly number[],
  ages: readonly number[],
  { runTime }: TemplateSituation,
  usual: number,
): Measured | undefined {
  if (ends.length === 0) {
    if (runTime === undefined) return undefined;
    // Of long ago: its percentiles are all that is left.
    const [middle, high] = [logOf(runTime.median * 1000), logOf(runTime.p95 * 1000)];
    return { size: 2, middle, deviation: Math.max(usual, (high - middle) / Z_OF_95), values: [] };
  }
  const prior = { variance: usual ** 2, weight: WEIGHT_OF_USUAL_SPREAD };
  const { mean, variance } = estimateCensored(ends, ages, prior);
  const isFast = ages.length > MOST_UNFINISHED * (ages.length + ends.length);
  return { size: ends.length, middle: mean, deviation: Math.sqrt(variance), values: isFast ? [] : ends };
}

const Z_OF_95 = 1.645;

function modelOf({ size, middle, deviation, values }: Measured, chance: Chance): RunTimes {
  const ordered = ORDERED + ORDERED_SHARE * deviation;
  const deviations = values.map((value) => value - middle);
  // Few values stand for what lies between them too; the exponent is that of Silverman's rule.
  const factors =
    values.length === 0 ? factorsOf([0], deviation, chance) : factorsOf(deviations, deviation * size ** -0.2, chance);
  return {
    center: middle,
    doubt: Math.sqrt(deviation ** 2 / size + ordered ** 2),
    degrees: size - 1 + WEIGHT_OF_USUAL_SPREAD,
    commonDoubt: 0,
    ...factors,
    ages: [],
  };
}

/** `blur`: deviation around each of the deviations. */
function factorsOf(deviations: readonly number[], blur: number, chance: Chance) {
  const factors = Float64Array.from({ length: FACTORS }, (_, place) => {
    const deviation = deviations[Math.floor((place * deviations.length) / FACTORS)] as number;
    return Math.exp(deviation + blur * normal(chance));
  }).sort();
  const mean = meanOf(factors);
  return { factors, mean, spread: Math.sqrt(varianceOf(factors)) / mean };
}

const TRIES = 16;
/** Attempts whose ages say how long a template takes at least; more say hardly more. */
const MOST_AGES = 16;

/** Draws the middle of a template, in milliseconds. `common`: how far, in its own doubt, what it has in common with others is off. */
export function drawMiddle(times: RunTimes, common: number, chance: Chance): number {
  const { doubt, degrees, factors, ages } = times;
  const center = times.center + times.commonDoubt * common;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const middle = Math.min(LONGEST, Math.exp(center + doubt * student(chance, degrees)));
    // The probability that all that run would have run for as long.
    const share = ages.reduce((product, age) => product * (1 - countUpTo(factors, age / middle) / factors.length), 1);
    if (share === 1 || chance.fraction() < share) return middle;
  }
  // Longer than anything that was to be expected, and nobody knows by how much: half as long again, in the middle.
  return Math.max(...ages) * 1.5 ** exponential(chance);
}

/** What an attempt takes in relation to the middle of its template. */
export function drawFactor({ factors }: RunTimes, chance: Chance): number {
  return factors[Math.floor(chance.fraction() * factors.length)] as number;
}

/** The same of one that has taken `age` already. */
export function drawLongerFactor({ factors, spread }: RunTimes, age: number, chance: Chance): number {
  const shorter = countUpTo(factors, age);
  const longer = factors.length - shorter;
  if (longer > 0) return factors[shorter + Math.floor(chance.fraction() * longer)] as number;
  return age * (1 + Math.max(LEAST_EXCESS, spread) * exponential(chance));
}

/** What an attempt that takes longer than any known one goes on for in relation to its age, where run times hardly differ. */
const LEAST_EXCESS = 0.1;

/** Of the slowest of `count` attempts, in the middle. */
export function factorOfSlowest({ factors }: RunTimes, count: number): number {
  return factors[Math.min(factors.length - 1, Math.floor(0.5 ** (1 / count) * factors.length))] as number;
}

/** How many of the ascending values are `limit` or less. */
function countUpTo(values: Float64Array, limit: number): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((values[middle] as number) <= limit) from = middle + 1;
    else to = middle;
  }
  return from;
}

function logOf(milliseconds: number): number {
  return Math.log(Math.min(LONGEST, Math.max(SHORTEST, milliseconds)));
}

/** The deviation that several samples share, drawn towards what is usual. */
function pooled(samples: readonly { degrees: number; variance: number }[], usual: number, weight: number) {
  const degrees = samples.reduce((sum, sample) => sum + sample.degrees, weight);
  const squares = samples.reduce((sum, sample) => sum + sample.degrees * sample.variance, weight * usual ** 2);
  return { deviation: Math.sqrt(squares / degrees), degrees };
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let place = 0; place < values.length; place++) sum += values[place] as number;
  return sum / values.length;
}

function varianceOf(values: ArrayLike<number>): number {
  if (values.length < 2) return 0;
  const mean = meanOf(values);
  let sum = 0;
  for (let place = 0; place < values.length; place++) sum += ((values[place] as number) - mean) ** 2;
  return sum / (values.length - 1);
}
