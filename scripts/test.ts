/**
 * Runs every test file under `test/` with Node's runner, or those whose path contains one of the given words.
 * `node scripts/test.ts swarm worker`
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Ends a test that hangs. The longest one (a real trace of two thousand tasks, killed and resumed) takes one minute on two
 * free cores, and several times that on busy ones.
 */
const TEST_TIMEOUT_MILLISECONDS = 900_000;

const words = process.argv.slice(2);
const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => join('test', path))
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
  .sort();

if (files.length === 0) {
  console.error(`No test file matches ${words.join(', ')}.`);
  process.exit(1);
}

const run = spawnSync(
  process.execPath,
  ['--test', '--test-reporter=spec', `--test-timeout=${TEST_TIMEOUT_MILLISECONDS}`, '--test-concurrency=2', ...files],
  { stdio: 'inherit' },
);
process.exit(run.status ?? 1);
