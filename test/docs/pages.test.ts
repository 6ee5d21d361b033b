/** Every page of the documentation does what it says: see blocks.ts for what a page may say to this test. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runPage } from './page.ts';
import { repository } from './shell.ts';
import { typeErrorsOf } from './types.ts';

/** All pages, also those of which this test knows nothing. */
const pages = ['README.md', ...['docs', 'examples', 'deploy'].flatMap(pagesIn)].filter(
  (page) => process.env.PAGE === undefined || page.includes(process.env.PAGE),
);

const reports: { readonly executed: number; readonly skipped: readonly string[] }[] = [];

for (const page of pages) {
  test(`${page} does what it says`, async () => {
    assert.ok(existsSync(join(repository, 'dist', '.built')), 'make build comes first');
    reports.push(await runPage(page));
  });
}

test('the TypeScript of all pages has no type errors', () => {
  assert.equal(typeErrorsOf(pages), '');
});

after(() => {
  const skipped = reports.flatMap((report) => report.skipped);
  const executed = reports.reduce((sum, report) => sum + report.executed, 0);
  console.log(`${executed} blocks of ${pages.length} pages executed, ${skipped.length} skipped:`);
  for (const [what, places] of Map.groupBy(skipped, withoutLine)) {
    console.log(`  ${places.length === 1 ? places[0] : `${what} (${places.length} blocks)`}`);
  }
});

/** Of one page many blocks may be left out for one reason. */
function withoutLine(place: string): string {
  return place.replace(/:\d+ /, ' ');
}

function pagesIn(folder: string): string[] {
  if (!existsSync(join(repository, folder))) return [];
  return readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join(folder, path))
    .sort();
}
