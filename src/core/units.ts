import { SkepError } from './errors.ts';

/** Bytes per unit, rounded as the specification has them: exact powers of two would make other GiB of the same text. */
const BYTES_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['B', 1],
  ['K', 1024],
  ['M', 1.049e6],
  ['G', 1.074e9],
  ['T', 1.1e12],
]);

const SECONDS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ...['h', 'hr', 'hrs', 'hour', 'hours'].map((unit) => [unit, 3600] as const),
  ...['m', 'min', 'mins', 'minute', 'minutes'].map((unit) => [unit, 60] as const),
  ...['s', 'sec', 'secs', 'second', 'seconds'].map((unit) => [unit, 1] as const),
]);

/**
 * A memory request in whole GiB, the unit of the wire. A number or plain integer is GiB and loses its fraction; `500M`,
 * `4Gb`, `1TiB` are converted and rounded. What asks for anything at all gets 1 GiB at least.
 *
 * Source: client §9.1.
 * @throws SkepError memory_malformed for other text (`1.5G`, `10 G`), negative values and what is no number.
 */
export function memoryInGib(value: number | string): number {
  const amount = typeof value === 'number' ? value : plainInteger(value);
  if (amount === undefined) return atLeastOne(convertedMemory(value, 'G'));
  if (!(amount >= 0 && amount <= Number.MAX_SAFE_INTEGER)) throw memoryMalformed(value);
  return atLeastOne({ isPositive: amount > 0, amount: Math.trunc(amount) });
}

/**
 * Converts memory such as `1G` or `2048K` to another unit (`M`, `Gb`, `TiB`, in any case), rounded to whole units. Text
 * without a unit, and a number, is MiB.
 *
 * Source: client §9.2.
 * @throws SkepError memory_malformed for text or a unit that is none of these.
 */
export function convertMemory(value: number | string, to = 'M'): number {
  return convertedMemory(value, to).amount;
}

/**
 * A run time in whole seconds, the unit of the wire: a number or plain integer is seconds and loses its fraction; also
 * `hh:mm:ss` (any range: `100:00:00`) and one amount with a unit (`90s`, `30m`, `2 hours`).
 *
 * Source: client §9.1.
 * @throws SkepError runtime_malformed for other text (`1:30`, `1.5h`, `1d`), negative values and what is no number.
 */
export function runtimeInSeconds(value: number | string): number {
  const seconds =
    typeof value === 'number' ? Math.trunc(value) : (plainInteger(value) ?? clockTime(value) ?? unitTime(value));
  if (seconds === undefined || !Number.isSafeInteger(seconds) || isNegative(value)) {
    const sentence = `The run time ${quoted(value)} is neither seconds, nor hh:mm:ss, nor an amount with a unit such as 30m.`;
    throw new SkepError('runtime_malformed', sentence);
  }
  // Adding 0 turns -0 into 0.
  return seconds + 0;
}

/**
 * A span of time for people: `H:MM:SS`, from a day on `N day(s), H:MM:SS`; fractions of a second are dropped.
 *
 * Source: client §9.2 (`readable`).
 */
export function formatDuration(seconds: number): string {
  if (seconds < 0) return `-${formatDuration(-seconds)}`;
  const whole = Math.floor(seconds);
  const days = Math.floor(whole / 86_400);
  const time = [Math.floor(whole / 3600) % 24, twoDigits(Math.floor(whole / 60) % 60), twoDigits(whole % 60)].join(':');
  if (days === 0) return time;
  return `${days} ${days === 1 ? 'day' : 'days'}, ${time}`;
}

interface Memory {
  /** Whether anything was asked for, before rounding. */
  readonly isPositive: boolean;
  /** Whole units. */
  readonly amount: number;
}

function atLeastOne({ isPositive, amount }: Memory): number {
  return isPositive ? Math.max(1, amount) : 0;
}

function convertedMemory(value: number | string, to: string): Memory {
  const [, digits, unit = 'M'] = /^(\d+)(?:([BKMGTbkmgt])(?:i?[Bb])?)?$/.exec(String(value)) ?? [];
  const bytesPerUnit = BYTES_PER_UNIT.get(unit.toUpperCase());
  if (digits === undefined || bytesPerUnit === undefined) throw memoryMalformed(value);
  const amount = roundHalfEven((Number(digits) * bytesPerUnit) / bytesPerTarget(to));
  if (!Number.isSafeInteger(amount)) throw memoryMalformed(value);
  return { isPositive: Number(digits) > 0, amount };
}

function bytesPerTarget(to: string): number {
  const [, unit = ''] = /^([BKMGT])(?:I?B)?$/.exec(to.toUpperCase()) ?? [];
  const bytes = BYTES_PER_UNIT.get(unit);
  if (bytes === undefined)
    throw new SkepError('memory_malformed', `The memory unit ${quoted(to)} is none of B, K, M, G, T.`);
  return bytes;
}

function memoryMalformed(value: number | string): SkepError {
  const sentence = `The memory ${quoted(value)} is neither a number of GiB nor whole units such as 500M or 4G.`;
  return new SkepError('memory_malformed', sentence);
}

/** Ties go to the even neighbour, which `Math.round` does not do. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Text that is one integer: spaces around it, a sign and `_` between digits are allowed. */
function plainInteger(text: string): number | undefined {
  return /^\s*[+-]?\d+(?:_\d+)*\s*$/.test(text) ? Number(text.replaceAll('_', '')) : undefined;
}

function clockTime(text: string): number | undefined {
  const parts = text.split(':').map(plainInteger);
  const [hours, minutes, seconds] = parts;
  if (parts.length !== 3 || hours === undefined || minutes === undefined || seconds === undefined) return undefined;
  return hours * 3600 + minutes * 60 + seconds;
}

/** One run of digits and then one of letters, whatever stands between and around them. */
function unitTime(text: string): number | undefined {
  const tokens = text.toLowerCase().match(/\p{L}+|\d+/gu) ?? [];
  const [amount = '', unit = ''] = tokens;
  const secondsPerUnit = SECONDS_PER_UNIT.get(unit);
  return tokens.length === 2 && secondsPerUnit !== undefined ? Number(amount) * secondsPerUnit : undefined;
}

/** Finds the sign of `1:-5:00`, which the sum may hide, and of `-1h`, which the tokens do not show. */
function isNegative(value: number | string): boolean {
  return typeof value === 'number' ? value < 0 : /(?:^|:)\s*-/.test(value);
}

function quoted(value: number | string): string {
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
