/** Compiles `src/` to `dist/` and copies what is not TypeScript beside it. What starts often runs from there. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

const SOURCE = 'src';
const TARGET = 'dist';

rmSync(TARGET, { recursive: true, force: true });
const compiled = spawnSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

for (const entry of readdirSync(SOURCE, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || extname(entry.name) === '.ts') continue;
  const from = join(entry.parentPath, entry.name);
  const to = join(TARGET, from.slice(SOURCE.length + 1));
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  if (extname(to) === '.sh') chmodSync(to, 0o755);
}
writeFileSync(join(TARGET, '.built'), '');
