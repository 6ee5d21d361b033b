/**
 * Runs every benchmark, or those whose file name contains one of the given words, each in a process of its own, and
 * prints one table. Says nothing about what is fast enough: read the ratios. `node bench/main.ts swarm chain`
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { FIGURES_VARIABLE } from './framework/benchmark.ts';
import type { Figure } from './framework/figure.ts';
import { renderTable } from './framework/table.ts';

const words = process.argv.slice(2);
const here = import.meta.dirname;
const files = readdirSync(here)
  .filter((name) => name.endsWith('.ts') && name !== 'main.ts')
  .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
  .sort();

const directory = mkdtempSync(join(tmpdir(), 'skep-bench-figures-'));
const target = join(directory, 'figures.jsonl');
let failed = 0;
try {
  for (const file of files) {
    console.error(`\n# ${file}`);
    const run = spawnSync(process.execPath, [...process.execArgv, join(here, file)], {
      env: { ...process.env, [FIGURES_VARIABLE]: target },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (run.status !== 0) failed += 1;
  }
  console.log(
    `\n${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}\n`,
  );
  console.log(renderTable(readFigures(target)));
} finally {
  rmSync(directory, { recursive: true, force: true });
}
if (failed > 0) {
  console.error(`${failed} of ${files.length} benchmarks did not end well.`);
  process.exit(1);
}

function readFigures(path: string): Figure[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => JSON.parse(line) as Figure[]);
}
