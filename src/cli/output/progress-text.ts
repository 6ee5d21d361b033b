/** How far work is, in the words, bars and colours that every display of it shares. */
import { clip, displayWidth, type Format, type Paint } from './terminal.ts';

/** Tasks that are one thing to the onlooker. */
export interface Part {
  readonly word: PartWord;
  readonly count: number;
}

type PartWord = 'done' | 'running' | 'queued' | 'scheduled' | 'waiting' | 'failed';

const COLOURS: Readonly<Partial<Record<PartWord, Format>>> = { done: 'green', running: 'cyan', failed: 'red' };

/** What a bar is filled with, in this order; each looks different without colours too. Whatever else there is, is the rest. */
const FILLINGS = [
  { word: 'done', glyph: '█' },
  { word: 'failed', glyph: '▓' },
  { word: 'running', glyph: '▒' },
] as const satisfies { word: PartWord; glyph: string }[];
const REST = '░';

const LONGEST_BAR = 50;
const SHORTEST_BAR = 10;

/** A bar with its numbers: `████▒░░ 1,203 of 2,122  56%`. */
export function barLine(parts: readonly Part[], total: number, width: number, paint: Paint): string {
  const done = countOf(parts, 'done');
  const share = `${percentOf(done, total)}%`;
  const whole = ` ${number(done)} of ${number(total)}  ${share}`;
  const text = width - whole.length < SHORTEST_BAR ? ` ${share}` : whole;
  return `${bar(parts, total, Math.max(1, Math.min(LONGEST_BAR, width - text.length)), paint)}${text}`;
}

/**
 * A bar of `length` columns. Its ends are honest: whatever exists at all has a column where there are enough, so that
 * it is full only when nothing is left.
 */
export function bar(parts: readonly Part[], total: number, length: number, paint: Paint): string {
  const counts = FILLINGS.map(({ word }) => countOf(parts, word));
  const rest = Math.max(0, total - counts.reduce((sum, count) => sum + count, 0));
  const columns = columnsOf([...counts, rest], length);
  const filled = FILLINGS.map(({ word, glyph }, at) => {
    const text = glyph.repeat(columns[at] ?? 0);
    return text === '' ? '' : paint(COLOURS[word] as Format, text);
  });
  const empty = REST.repeat(columns.at(-1) ?? 0);
  return filled.join('') + (empty === '' ? '' : paint('dim', empty));
}

/** Shares `length` columns out by counts, rounding down for the benefit of the last one that exists. */
function columnsOf(counts: readonly number[], length: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return counts.map((_, at) => (at === counts.length - 1 ? length : 0));
  const columns = counts.map((count) => (count === 0 ? 0 : Math.max(1, Math.floor((count / total) * length))));
  const last = counts.findLastIndex((count) => count > 0);
  let excess = columns.reduce((sum, column) => sum + column, 0) - length;
  if (excess < 0) columns[last] = (columns[last] ?? 0) - excess;
  for (; excess > 0; excess--) {
    const widest = columns.indexOf(Math.max(...columns));
    columns[widest] = (columns[widest] ?? 0) - 1;
  }
  return columns;
}

/** `done 5 · running 2 · …`: as many lines as it takes. */
export function countLines(parts: readonly Part[], width: number, paint: Paint): string[] {
  const texts = parts.map(({ word, count }) => {
    const text = `${word} ${number(count)}`;
    const colour = COLOURS[word];
    if (count === 0) return { text, painted: paint('dim', text) };
    return { text, painted: colour === undefined ? text : paint(colour, text) };
  });
  return joined(texts, width, paint);
}

/** A piece of a line, without and with its colours. */
export interface Piece {
  readonly text: string;
  readonly painted?: string;
}

const BETWEEN = ' · ';

/** Puts pieces beside each other and goes on below where they do not fit; only a piece that is too wide by itself is cut. */
export function joined(pieces: readonly Piece[], width: number, paint: Paint): string[] {
  const lines: { painted: string; columns: number }[] = [];
  for (const { text, painted = text } of pieces) {
    const columns = displayWidth(text);
    const line = lines.at(-1);
    if (columns > width) {
      lines.push({ painted: clip(text, width), columns: width });
      continue;
    }
    if (line === undefined || line.columns + BETWEEN.length + columns > width) {
      lines.push({ painted, columns });
      continue;
    }
    line.painted += paint('dim', BETWEEN) + painted;
    line.columns += BETWEEN.length + columns;
  }
  return lines.map(({ painted }) => painted);
}

/** Tasks a second, or a minute or an hour where that is few: `14.5 tasks/s`. */
export function rateText(perSecond: number): string {
  if (perSecond === 0 || perSecond >= 1) return `${threeDigits(perSecond)} tasks/s`;
  const perMinute = perSecond * 60;
  return perMinute >= 1 ? `${threeDigits(perMinute)} tasks/min` : `${threeDigits(perMinute * 60)} tasks/h`;
}

/** In whole percent, and 100 only when nothing is left. */
function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.floor((100 * part) / whole);
}

export function number(value: number): string {
  return value.toLocaleString('en-US');
}

function threeDigits(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}

function countOf(parts: readonly Part[], wanted: PartWord): number {
  return parts.find(({ word }) => word === wanted)?.count ?? 0;
}
