/** Every benchmark with a hundredth of its work: that it runs and gives its figures, not how good they are. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { FIGURES_VARIABLE, TRIAL_VARIABLE } from '../../bench/framework/benchmark.ts';

const directory = resolve(import.meta.dirname, '../../bench');
const files = readdirSync(directory).filter((name) => name.endsWith('.ts') && name !== 'main.ts');

for (const file of files) {
  test(`${file} measures something`, () => {
    const { [FIGURES_VARIABLE]: _figures, ...environment } = process.env;
    const run = spawnSync(process.execPath, [resolve(directory, file)], {
      cwd: resolve(directory, '..'),
      env: { ...environment, [TRIAL_VARIABLE]: '1' },
      encoding: 'utf8',
    });
    assert.equal(run.status, 0, run.stderr);
    const [head = '', , ...rows] = run.stdout.trim().split('\n');
    assert.match(head, /^\| work \| median \| reach \|/);
    // What needs a service that is not there says so in place of figures.
    if (rows.length === 0) assert.match(run.stderr, /^\w+ is not measured: \S/m);
    for (const row of rows) assert.match(row, /^\| [^|]+ \| [\d.,]+ \S+ \|/, row);
  });
}
