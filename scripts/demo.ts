/** Runs the audit example on a data directory of its own, prints its report, and says how to look at the run. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const dataDirectory = resolve('.skep/demo');
const report = resolve('.skep/demo/audit/report.md');
mkdirSync(dataDirectory, { recursive: true });
const environment = {
  ...process.env,
  SKEP__SERVER__DATA_DIR: dataDirectory,
  AUDIT_DIRECTORY: resolve('.skep/demo/audit'),
};

const run = spawnSync(process.execPath, ['bin/skep.js', 'run', 'examples/audit/audit.workflow.ts'], {
  stdio: 'inherit',
  env: environment,
});
if (run.status !== 0) process.exit(run.status ?? 1);

console.log(`\n${readFileSync(report, 'utf8')}`);
console.log(`Report: ${report}`);
console.log('Look at the run:');
console.log(`  SKEP__SERVER__DATA_DIR=${dataDirectory} npx skep workflow status`);
console.log(`  SKEP__SERVER__DATA_DIR=${dataDirectory} npx skep workflow tasks -w 1 -l 10`);
