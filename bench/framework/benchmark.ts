/** What every benchmark file calls: runs it, prints its table, and hands its figures to `bench/main.ts` if that started it. */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figure } from './figure.ts';
import { renderTable } from './table.ts';

export interface BenchmarkContext {
  /** An empty directory on the disk, removed at the end. */
  readonly directory: string;
  /** How often each thing is measured. */
  readonly repeats: number;
  /** The sizes to measure, none above `largest`: `sizes(10_000, 1_000_000)`. In a trial run all are small. */
  sizes(...wanted: number[]): number[];
  /** One size; in a trial run a hundredth of it. */
  size(wanted: number): number;
  add(figure: Figure): void;
}

/** In a trial run (a test makes one) everything has a hundredth of its size, to see that it works. */
const TRIAL_FACTOR = 100;
export const FIGURES_VARIABLE = 'SKEP_BENCH_FIGURES';
export const TRIAL_VARIABLE = 'SKEP_BENCH_TRIAL';

export async function benchmark(run: (context: BenchmarkContext) => Promise<void>): Promise<void> {
  const isTrial = process.env[TRIAL_VARIABLE] !== undefined;
  const directory = mkdtempSync(join(tmpdir(), 'skep-bench-'));
  const figures: Figure[] = [];
  const size = (wanted: number) => (isTrial ? Math.max(10, Math.ceil(wanted / TRIAL_FACTOR)) : wanted);
  try {
    await run({
      directory,
      repeats: isTrial ? 1 : 3,
      size,
      sizes: (...wanted) => [...new Set(wanted.map(size))],
      add: (figure) => {
        figures.push(figure);
        console.error(renderTable([figure]).split('\n')[2]);
      },
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  const target = process.env[FIGURES_VARIABLE];
  if (target === undefined) console.log(renderTable(figures));
  else appendFileSync(target, `${JSON.stringify(figures)}\n`);
}
