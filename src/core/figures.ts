/** Numbers, durations and sizes for people. */

const WHOLE = new Intl.NumberFormat('en');
const SHORT = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

export const countText = (value: number) => WHOLE.format(value);

/** `1 task`, `2,000 tasks`. */
export function counted(value: number, noun: string): string {
  return `${countText(value)} ${value === 1 ? noun : `${noun}s`}`;
}

/** Never 100 % before the last one, nor 0 % after the first; above 100 % where more was used than there was. */
export function percentText(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %';
  if (part >= whole) return `${WHOLE.format(Math.round((100 * part) / whole))} %`;
  return `${Math.min(99, Math.max(1, Math.round((100 * part) / whole)))} %`;
}

/** Of seconds, in two units at most. Below ten with a fraction, since much of a short task's time is in it. */
export function durationText(seconds: number): string {
  if (seconds > 0 && seconds < 1) return `${SHORT.format(seconds * 1000)} ms`;
  if (seconds < 10) return `${SHORT.format(seconds)} s`;
  const whole = Math.round(seconds);
  const at = Math.max(
    0,
    SPANS.findIndex(([, length]) => whole >= length),
  );
  const [unit, length] = SPANS[at] as (typeof SPANS)[number];
  const [lesserUnit, lesserLength] = SPANS[at + 1] ?? ['', 1];
  const lesser = Math.floor((whole % length) / lesserLength);
  const text = `${WHOLE.format(Math.floor(whole / length))} ${unit}`;
  return lesser === 0 || lesserUnit === '' ? text : `${text} ${lesser} ${lesserUnit}`;
}

/** Units of time in seconds, the longest first. */
const SPANS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

export function bytesText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${SHORT.format(bytes / 1024 ** power)} ${UNITS[power]}`;
}

/** Of tasks a second; a minute or an hour where that is few. */
export function rateText(perSecond: number): string {
  if (perSecond === 0 || perSecond >= 1) return `${SHORT.format(perSecond)} / s`;
  const perMinute = perSecond * 60;
  return perMinute >= 1 ? `${SHORT.format(perMinute)} / min` : `${SHORT.format(perMinute * 60)} / h`;
}

/** Milliseconds since 1970 as the date and time of UTC, to the second. */
export function timeText(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}
