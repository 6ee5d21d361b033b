/** How many attempts the cluster runs at once, and what passes between one and the next. */
import { type Chance, exponential } from './chance.ts';
import type { EndedAttempt, Situation } from './situation.ts';

export interface Capacity {
  /** Attempts that ran at once of late, when they were most. */
  readonly peak: number;
  /** How sure it is that more would not have run: from 0, no task waited for room, to 1. */
  readonly certainty: number;
  /** Milliseconds from an end to the start that it makes possible. */
  readonly overhead: number;
}

/**
 * Milliseconds for which an attempt has to run to count: of short commands some count as running before there is room for them
 * (`AHEAD` in the worker's supervisor), for at most eight times as long as such a command takes.
 */
const SURELY_RUNNING = 1600;
/** Share of the time for which as many run as count: what is shorter may be no more than reports that came late. */
const SHARE_OF_PEAK = 0.05;

export function capacityOf(situation: Situation): Capacity {
  const { now, ended, running, templates } = situation;
  const surely = running.filter(({ begun }) => now - begun >= SURELY_RUNNING);
  // Of very many that run, `running` holds some.
  const share = surely.length / Math.max(1, running.length);
  const runningNow = Math.round(share * sumOf(templates, (template) => template.running));
  const waiting = sumOf(templates, (template) => template.waiting);
  const intervals = [...ended, ...surely.map(({ begun }) => ({ begun, ended: now }))];
  const peak = Math.max(1, runningNow, peakOf(intervals));
  const isFull = waiting > 0 && runningNow >= peak;
  return { peak, certainty: isFull ? 1 : certaintyOf(situation, peak), overhead: overheadOf(situation) };
}

/** Attempts that run at once in one draw of what is to come. */
export function drawSlots({ peak, certainty }: Capacity, limit: number, chance: Chance): number {
  const slots = chance.fraction() < certainty ? peak : peak * (1 + exponential(chance));
  return Math.max(1, Math.min(limit, Math.round(slots)));
}

function peakOf(intervals: readonly Pick<EndedAttempt, 'begun' | 'ended'>[]): number {
  const steps = intervals.flatMap(({ begun, ended }) => [
    { time: begun, change: 1 },
    { time: ended, change: -1 },
  ]);
  steps.sort((one, other) => one.time - other.time || one.change - other.change);
  const timeOf: number[] = [];
  let current = 0;
  for (const [place, { time, change }] of steps.entries()) {
    current += change;
    const length = (steps[place + 1]?.time ?? time) - time;
    timeOf[current] = (timeOf[current] ?? 0) + length;
  }
  timeOf[0] = 0;
  const least = SHARE_OF_PEAK * timeOf.reduce((sum, time) => sum + time, 0);
  let above = 0;
  for (let count = timeOf.length - 1; count > 0; count--) {
    above += timeOf[count] ?? 0;
    if (above > least) return count;
  }
  return 0;
}

/**
 * Where templates had far more tasks than ever ran at once, something held them back: each that had makes it as unlikely as
 * its tasks were more that it was anything but the cluster.
 */
function certaintyOf({ templates }: Situation, peak: number): number {
  const doubt = templates.reduce((product, { done, running, waiting, limit }) => {
    const started = done + running + waiting;
    return limit > peak && started > peak ? (product * peak) / started : product;
  }, 1);
  return 1 - doubt;
}

/** The mean, without the tenth that is longest: pauses of people and of servers are no part of it. */
function overheadOf({ ended, running }: Situation): number {
  const ends = ended.map((attempt) => attempt.ended).sort((one, other) => one - other);
  const begins = [...ended, ...running].map(({ begun }) => begun).sort((one, other) => one - other);
  let past = 0;
  const gaps: number[] = [];
  for (const begun of begins) {
    while (past < ends.length && (ends[past] as number) <= begun) past++;
    if (past > 0) gaps.push(begun - (ends[past - 1] as number));
  }
  const usual = gaps.sort((one, other) => one - other).slice(0, Math.ceil(0.9 * gaps.length));
  return usual.length === 0 ? 0 : sumOf(usual, (gap) => gap) / usual.length;
}

function sumOf<Item>(items: readonly Item[], numberOf: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + numberOf(item), 0);
}
