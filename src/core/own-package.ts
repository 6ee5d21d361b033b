/** `import … from 'skep'` in modules of users. */
import { registerHooks } from 'node:module';

let hooked = false;

/**
 * From now on `skep` in an import of a user's module means the copy of Skep that imports it, wherever the file lies: two
 * copies in one process would not know each other's classes, and a lone script needs no package of its own.
 */
export function resolveSkepToThisCopy(): void {
  if (hooked) return;
  hooked = true;
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const url = new URL(`../index.${extension}`, import.meta.url).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'skep' ? { url, shortCircuit: true } : next(specifier, context),
  });
}
