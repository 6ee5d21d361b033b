/** Numbers, times and foreign text for people. */
import { bytesText, percentText } from '../../core/figures.ts';
import { harmless } from '../../core/harmless.ts';
import { formatDuration } from '../../core/units.ts';

export { counted, countText as count, rateText as rate } from '../../core/figures.ts';

const SHORT = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'narrow' });
const ABSOLUTE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** Never 100 % before the last one, nor 0 % after the first. */
export function percent(part: number, whole: number): string {
  return percentText(Math.min(part, whole), whole);
}

/** Of seconds. Below ten with a fraction, since much of a short task's time is in it. */
export function duration(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds < 10) return `${SHORT.format(seconds)} s`;
  return seconds < 60 ? `${Math.round(seconds)} s` : formatDuration(seconds);
}

export function bytes(value: number | null): string {
  return value === null ? '–' : bytesText(value);
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

export function relativeTime(time: number, now: number): string {
  const seconds = Math.round((time - now) / 1000);
  const step = STEPS.find(([, length]) => Math.abs(seconds) >= length);
  if (step !== undefined) return RELATIVE.format(Math.round(seconds / step[1]), step[0]);
  return Math.abs(seconds) < 5 ? 'now' : RELATIVE.format(seconds, 'second');
}

export const absoluteTime = (time: number) => ABSOLUTE.format(time);

/**
 * Text of others without what only a terminal understands: colours and moves of the cursor go, other control characters,
 * and those that turn the direction of writing round, become `·`.
 */
export function plainText(text: string): string {
  return harmless(text.replace(SEQUENCES, ''));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are removed.
const SEQUENCES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
