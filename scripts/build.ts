/**
 * Compiles `src/` to `dist/`: declarations by `tsc`, modules in a few bundles, and what is not TypeScript as it is. What
 * starts often runs from there. The libraries are part of the bundles, because reading their hundreds of files takes
 * longer than everything else that a short command does.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { build, type Plugin } from 'rolldown';
import { licencesOf } from './build/licences.ts';
import { buildWeb } from './build/web.ts';
import { withoutSchemas } from './build/without-schemas.ts';

const SOURCE = 'src';
const TARGET = 'dist';
/** The folder of the web page in both, which has a build of its own. */
const WEB = 'web';
/** What the package exports and what is started as a process. Their paths below `src/` are those below `dist/`. */
const ENTRIES = [
  'index',
  'client/swarm/index',
  'distributor/plug-in',
  'cli/main',
  'worker/function/main',
  'server/db/sqlite/read-thread',
];
/**
 * Processes that somebody waits for: each has a bundle of its own, so that it reads one file and no more than it needs. It
 * is CommonJS, which Node starts 5 ms sooner than a module.
 */
const WAITED_FOR = ['distributor/main', 'worker/main'];

clear();
declareTypes();
const bundled = await bundle(ENTRIES);
for (const entry of WAITED_FOR)
  bundled.push(...(await bundle([entry], { isOneFile: true, plugins: [withoutSchemas(), builtinsByPart()] })));
writeFileSync(join(TARGET, 'LICENCES.txt'), licencesOf(bundled));
copyOthers();
await buildWeb();
writeFileSync(join(TARGET, '.built'), '');

/** Removes what an earlier build left; the web page, which takes longest, is made anew only when it changed. */
function clear(): void {
  if (!existsSync(TARGET)) return;
  for (const name of readdirSync(TARGET)) {
    if (name !== WEB) rmSync(join(TARGET, name), { recursive: true, force: true });
  }
}

function declareTypes(): void {
  const compiled = spawnSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
  if (compiled.status !== 0) process.exit(compiled.status ?? 1);
}

interface Bundling {
  /** Whether what is imported when it is needed lies in the same file, to be run only then. */
  readonly isOneFile?: boolean;
  readonly plugins?: Plugin[];
}

/** Gives back the paths of all modules that are in the bundles. */
async function bundle(
  entries: readonly string[],
  { isOneFile = false, plugins = [] }: Bundling = {},
): Promise<string[]> {
  const { output } = await build({
    input: Object.fromEntries(entries.map((name) => [name, join(SOURCE, `${name}.ts`)])),
    platform: 'node',
    logLevel: 'warn',
    plugins,
    output: {
      dir: TARGET,
      format: isOneFile ? 'cjs' : 'esm',
      entryFileNames: isOneFile ? '[name].cjs' : '[name].js',
      sourcemap: true,
      chunkFileNames: 'chunks/[name]-[hash].js',
      codeSplitting: !isOneFile,
    },
  });
  return output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
}

/**
 * Takes from a module of Node's only what is used. Importing one reads everything that it exports, and much of that is
 * loaded by being read: the file system's promises, web streams, the crypto of the web.
 */
function builtinsByPart(): Plugin {
  const prefix = '\0part-of-';
  return {
    name: 'builtins-by-part',
    // `node:module` is what the bundle itself begins with.
    resolveId: (specifier, _importer, { kind }) =>
      kind === 'import-statement' && specifier.startsWith('node:') && specifier !== 'node:module'
        ? `${prefix}${specifier}`
        : undefined,
    load(id) {
      if (!id.startsWith(prefix)) return undefined;
      const specifier = id.slice(prefix.length);
      const names = Object.keys(process.getBuiltinModule(specifier) ?? {}).filter((name) => /^\w+$/.test(name));
      const part = `const part = (name) => process.getBuiltinModule(${JSON.stringify(specifier)})[name];`;
      // Marked as free of effects: what nobody uses is left out, and so not read.
      const parts = names.map((name) => `export const ${name} = /* @__PURE__ */ part('${name}');`);
      return { code: [part, ...parts].join('\n'), moduleSideEffects: false };
    },
  };
}

function copyOthers(): void {
  for (const entry of readdirSync(SOURCE, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || extname(entry.name) === '.ts') continue;
    const from = join(entry.parentPath, entry.name);
    const path = from.slice(SOURCE.length + 1);
    if (path.startsWith(`${WEB}/`)) continue;
    const to = join(TARGET, path);
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(from, to);
    if (extname(to) === '.sh') chmodSync(to, 0o755);
  }
}
