import { FAULT_KINDS } from '../check/fault.ts';
import type { KillResult } from './campaign.ts';
import { CASTS } from './casts.ts';

const TITLES = ['killed', 'kills', ...FAULT_KINDS, 'seconds each'];

/** One line for each cast: how often it was killed, and how often each kind of promise was broken. */
export function renderTable(results: readonly KillResult[]): string {
  const rows = [
    ...CASTS.map(({ name }) =>
      rowOf(
        name,
        results.filter(({ cast }) => cast.name === name),
      ),
    ),
  ];
  const lines = [TITLES, ...rows, rowOf('all', results)];
  const widths = TITLES.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) => line.map((cell, column) => padded(cell, widths[column] ?? 0, column === 0)).join('  '))
    .join('\n');
}

function rowOf(name: string, results: readonly KillResult[]): string[] {
  const faults = results.flatMap((result) => result.faults);
  const seconds = results.reduce((sum, { milliseconds }) => sum + milliseconds / 1000, 0) / results.length;
  return [
    name,
    String(results.filter(({ killed }) => killed !== undefined).length),
    ...FAULT_KINDS.map((kind) => String(faults.filter((fault) => fault.kind === kind).length)),
    results.length === 0 ? '' : seconds.toFixed(1),
  ];
}

const padded = (cell: string, width: number, isFirst: boolean) => (isFirst ? cell.padEnd(width) : cell.padStart(width));
