/** Where the files of this copy of Skep are: of the sources when it runs from those, else of the compiled package. */
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The folder that holds `package.json`. Modules are bundled when they are compiled, so none knows how deep it lies. */
export const PACKAGE_DIRECTORY = findPackage(import.meta.dirname);
const RUNS_FROM_SOURCE = import.meta.url.endsWith('.ts');

/** Path of a file by its place below `src/`; `.ts` stands for the compiled module in a compiled package. */
export function ownFile(place: string): string {
  return RUNS_FROM_SOURCE
    ? join(PACKAGE_DIRECTORY, 'src', place)
    : join(PACKAGE_DIRECTORY, 'dist', place.replace(/\.ts$/, '.js'));
}

/** The same for a program that somebody waits for, which is compiled to CommonJS. */
export function ownProgram(place: string): string {
  return RUNS_FROM_SOURCE ? ownFile(place) : ownFile(place).replace(/\.js$/, '.cjs');
}

/** What the package exports, by its places below `src/`. */
const EXPORTS: Readonly<Record<string, string>> = {
  skep: 'index.ts',
  'skep/swarm': 'client/swarm/index.ts',
  'skep/cluster': 'distributor/plug-in.ts',
};

let hooked = false;

/**
 * From now on `skep` (or `skep/cluster`) in an import of a user's module means the copy of Skep that imports it, wherever the file lies: two
 * copies in one process would not know each other's classes, and a lone script needs no package of its own.
 */
export function resolveSkepToThisCopy(): void {
  if (hooked) return;
  hooked = true;
  const urls = new Map(
    Object.entries(EXPORTS).map(([specifier, place]) => [specifier, pathToFileURL(ownFile(place)).href]),
  );
  registerHooks({
    resolve(specifier, context, next) {
      const url = urls.get(specifier);
      return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
    },
  });
}

function findPackage(directory: string): string {
  return existsSync(join(directory, 'package.json')) ? directory : findPackage(dirname(directory));
}
