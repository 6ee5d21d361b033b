/** When a workflow will end. */
import { type Capacity, capacityOf, drawSlots } from './capacity.ts';
import { type Chance, student } from './chance.ts';
import { groupsOf } from './groups.ts';
import { planned } from './plan.ts';
import { runTimesOf } from './run-times.ts';
import { drawSchedule } from './schedule.ts';
import type { Forecast, Situation } from './situation.ts';

/** Schedules that are drawn, fewer of many templates: that many steps of a group each are what the time is for. */
const MOST_DRAWS = 200;
const FEWEST_DRAWS = 40;
const STEPS = 24_000;
/** Milliseconds, some three hundred years: run times may be anything that a worker reports, but an end has to be a date. */
const LONGEST = 1e13;
/**
 * Shares of the drawn ends before the range and up to its end. What is not known makes an end later by factors and earlier by
 * little: the late tail is cut where it says nothing any more, and the early one, which costs no width, hardly at all.
 */
const EARLIEST = 0.02;
const LATEST = 0.9;

/**
 * Between which times the workflow ends, if its limits stay as they are. Undefined: nothing is known yet, or what is left
 * cannot start.
 */
export function forecastOf(situation: Situation, chance: Chance): Forecast | undefined {
  const runTimes = runTimesOf(situation, chance);
  if (runTimes === undefined) return undefined;
  const capacity = capacityOf(situation);
  const groups = planned(groupsOf(situation, runTimes, capacity.peak));
  if (situation.limit < 1 || groups.some(({ limit, open }) => limit < 1 && open > 0)) return undefined;
  const units = groups.reduce((sum, group) => sum + group.units + group.ages.length, 0);
  const draws = Math.max(FEWEST_DRAWS, Math.min(MOST_DRAWS, Math.floor(STEPS / Math.max(1, units))));
  const ends = Float64Array.from({ length: draws }, () =>
    Math.min(LONGEST, drawSchedule(groups, drawConditions(capacity, situation.limit, chance), chance)),
  ).sort();
  const at = (share: number) => situation.now + (ends[Math.round(share * (draws - 1))] as number);
  return { earliest: at(EARLIEST), likely: at(0.5), latest: at(LATEST) };
}

/** Deviation of the logarithm of what lies between two attempts: it is measured, but changes with what runs beside it. */
const OVERHEAD_DOUBT = 0.3;

function drawConditions(capacity: Capacity, limit: number, chance: Chance) {
  const overhead = capacity.overhead * Math.exp(OVERHEAD_DOUBT * student(chance, 4));
  return { slots: drawSlots(capacity, limit, chance), overhead };
}
