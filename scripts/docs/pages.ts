/** Pages of the reference as text, each from the one table that the code uses. */
import { routes } from '../../src/api/routes.ts';
import { SETTINGS } from '../../src/core/config.ts';
import { ERRORS } from '../../src/core/errors.ts';
import { openApiDocument } from '../../src/server/edge/openapi.ts';

export function configurationPage(): string {
  const rows = Object.entries(SETTINGS).flatMap(([section, settings]) =>
    Object.entries(settings).map(([key, { default: initial, meaning }]) => [
      `\`${section}.${key}\``,
      initial === '' ? '' : `\`${initial}\``,
      meaning,
    ]),
  );
  return `# Configuration

Later sources win: defaults, then the file, then the environment, then flags. The file is \`skep.yaml\` in
\`$XDG_CONFIG_HOME/skep\` (usually \`~/.config/skep\`), or the one that \`SKEP_CONFIG\` names:

\`\`\`yaml
server:
  port: 8070
heartbeat:
  workflow_run_interval: 10
\`\`\`

In the environment the same setting is \`SKEP__SERVER__PORT=8070\`. An unknown name is an error that says the nearest known one.

${table(['setting', 'default', 'meaning'], rows)}`;
}

export function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(([code, { httpStatus, exitCode, hint }]) => [
    `\`${code}\``,
    String(httpStatus),
    String(exitCode),
    hint,
  ]);
  return `# Errors

Every error has a code, a sentence that names the offender, and a hint. The server answers with the HTTP status; \`skep\`
prints sentence and hint and ends with the exit status (2: the input has to change; 1: everything else).

${table(['code', 'HTTP status', 'exit status', 'hint'], rows)}`;
}

/** The description of the whole surface, for those who generate a client or want to see what changed. */
export function openApiText(): string {
  return `${JSON.stringify(openApiDocument(routes), null, 2)}\n`;
}

/** A table in Markdown. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return line(heads) + line(heads.map(() => '---')) + rows.map(line).join('');
}
