/** Checks the TypeScript of pages against the declarations of the built package. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileNameOf } from './blocks.ts';
import { programText, readBlocks } from './page.ts';
import { repository } from './shell.ts';

/** What `tsc` says; empty: nothing. */
export function typeErrorsOf(pages: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'skep-types-'));
  try {
    symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options(), include: ['pages'] }));
    for (const page of pages) writePrograms(page, join(folder, 'pages', page.replace(/\W/g, '-')));
    writeFileSync(join(folder, 'pages', 'none.ts'), 'export {};\n');
    const { stdout, stderr } = spawnSync('tsc', ['-p', folder], { encoding: 'utf8' });
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function options() {
  const { exports } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const paths = Object.fromEntries(
    Object.entries<{ types: string }>(exports)
      .filter(([, entry]) => entry.types !== undefined)
      .map(([name, { types }]) => [join('skep', name), [join(repository, types)]]),
  );
  const kind = { module: 'nodenext', target: 'es2024', lib: ['es2024', 'esnext.disposable'], types: ['node'] };
  return { ...kind, strict: true, noEmit: true, allowImportingTsExtensions: true, erasableSyntaxOnly: true, paths };
}

/** A page's files lie beside each other, as they do in its reader's folder. */
function writePrograms(page: string, folder: string): void {
  const blocks = readBlocks(page);
  mkdirSync(folder, { recursive: true });
  for (const block of blocks.filter(({ language, marks }) => language === 'ts' && marks.skip === undefined)) {
    const name = fileNameOf(block) ?? `block-${block.line}.ts`;
    writeFileSync(join(folder, name), programText(block, blocks));
  }
}
