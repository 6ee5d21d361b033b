/** Writes the reference pages that derive from tables of the code. `node scripts/docs.ts` after a table changed. */
import { writeFileSync } from 'node:fs';
import { configurationPage, errorsPage } from './docs/pages.ts';

writeFileSync('docs/configuration.md', configurationPage());
writeFileSync('docs/errors.md', errorsPage());
