/** Builds the web page into static files, each with its compressed form beside it, unless nothing it is made of changed. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'rolldown';
import { build } from 'vite';
import { licencesOf } from './licences.ts';
import { withoutSchemas } from './without-schemas.ts';

const SOURCE = 'src/web';
const TARGET = 'dist/web';
/** Everything that the page can be made of. */
const INGREDIENTS = ['src/web', 'src/api', 'src/core', 'scripts/build', 'package-lock.json'];
/** Holds the digest of the ingredients. */
const STAMP = join(TARGET, '.built-from');
/** Libraries mark with `use client` what is not for servers that draw React; nothing here is drawn by one. */
const FOR_SERVERS = 'MODULE_LEVEL_DIRECTIVE';
/** Already compressed, or too short to be shorter. */
const LEFT_PLAIN = /\.(woff2|png)$/;

export async function buildWeb(): Promise<void> {
  const digest = digestOf(INGREDIENTS);
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === digest) return;
  const modules = new Set<string>();
  await build({
    configFile: false,
    root: SOURCE,
    logLevel: 'warn',
    plugins: [withoutSchemas(), collects(modules)],
    build: {
      outDir: resolve(TARGET),
      emptyOutDir: true,
      target: 'es2022',
      // The policy of the page allows no data: addresses.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // Charts are half a megabyte before compression, and loaded when one is looked at.
      chunkSizeWarningLimit: 800,
      rolldownOptions: { onLog: (level, log, tell) => void (log.code !== FOR_SERVERS && tell(level, log)) },
    },
  });
  writeFileSync(join(TARGET, 'LICENCES.txt'), licencesOf(modules));
  compress();
  writeFileSync(STAMP, digest);
}

/** Notes the paths of all modules that become part of the page. */
function collects(modules: Set<string>): Plugin {
  return {
    name: 'collect-modules',
    generateBundle(_options, bundle) {
      for (const part of Object.values(bundle)) {
        if (part.type === 'chunk') for (const id of part.moduleIds) modules.add(id);
      }
    },
  };
}

function compress(): void {
  for (const path of filesBelow(TARGET)) {
    if (LEFT_PLAIN.test(path)) continue;
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: constants.Z_BEST_COMPRESSION }));
  }
}

function digestOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesBelow)) hash.update(path).update('\0').update(readFileSync(path));
  return hash.digest('hex');
}

/** The file itself, or all files of a directory. */
function filesBelow(path: string): string[] {
  if (path.endsWith('.json')) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
