import { readdirSync } from 'node:fs';
import { relative } from 'node:path';

/** Paths of all packages below a node_modules directory, relative to it, those inside other packages too. */
export function listPackages(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name === 'package.json' && entry.isFile())
    .map((entry) => relative(root, entry.parentPath))
    .filter(isPackagePath)
    .sort();
}

/** `name` or `@scope/name`, possibly below other packages' node_modules. */
function isPackagePath(path: string): boolean {
  return path.split('/node_modules/').every((part) => /^(?:@[^/]+\/)?[^/@.][^/]*$/.test(part));
}
