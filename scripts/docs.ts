/**
 * Writes the reference pages that derive from tables of the code, and from what it exports: `node scripts/docs.ts` after one
 * of them changed, and after `make build` for the latter.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { securityPage } from './docs/access.ts';
import { apiPage } from './docs/api.ts';
import { commandsPage } from './docs/commands.ts';
import { interchangePage } from './docs/interchange.ts';
import { configurationPage, errorsPage, openApiText } from './docs/pages.ts';
import { telemetryPage } from './docs/telemetry.ts';
import { wirePage } from './docs/wire.ts';

writeFileSync('docs/commands.md', commandsPage());
writeFileSync('docs/configuration.md', configurationPage());
writeFileSync('docs/errors.md', errorsPage());
writeFileSync('docs/openapi.json', openApiText());
writeFileSync('docs/telemetry.md', telemetryPage());
writeFileSync('docs/wire.md', wirePage());
writeFileSync('docs/security.md', securityPage(readFileSync('docs/security.md', 'utf8')));
writeFileSync('docs/interchange.md', interchangePage(readFileSync('docs/interchange.md', 'utf8')));
if (existsSync('dist/.built')) writeFileSync('docs/api.md', apiPage());
