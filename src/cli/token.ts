/** `skep server token` and `skep server audit`: their commands and options. */
import { Command, InvalidArgumentError } from 'commander';
import { ROLES, type Role } from '../api/access.ts';
import type { CommandContext } from './context.ts';
import { withJson } from './json-option.ts';
import { integerFrom, positiveInteger } from './parse-options.ts';
import type { AuditOptions } from './server/audit.ts';
import type { CreateTokenOptions, TokenOptions } from './server/token.ts';

export function tokenCommand(context: CommandContext): Command {
  const create = withJson(
    new Command('create')
      .description('Make a token for a user of the server. It is shown this once; the server keeps only its hash.')
      .requiredOption('--user <name>', 'whose it is: his name as in runs of workflows')
      .option(
        '--role <role>',
        'reader, user (default) or admin; an admin may do what the account of the server may',
        role,
      )
      .option('--name <name>', 'what to call it, such as what it is for (default: the name of the user)')
      .option('--expires <time>', 'after how long it ends, such as 90d, 12h or 30m (default: never)', lifetime)
      .action(async (_options: CreateTokenOptions, command: Command) => {
        const { createToken } = await import('./server/token.ts');
        await createToken(command.optsWithGlobals(), context);
      }),
    'write it as JSON',
  );
  const list = withJson(
    new Command('list')
      .description('Show tokens without their secret: your own, or all for an admin.')
      .action(async (_options: TokenOptions, command: Command) => {
        const { listTokens } = await import('./server/token.ts');
        await listTokens(command.optsWithGlobals(), context);
      }),
  );
  const revoke = withJson(
    new Command('revoke')
      .description('End a token at once: one of your own, or any for an admin.')
      .argument('<token>', 'its id or its name')
      .action(async (token: string, _options: TokenOptions, command: Command) => {
        const { revokeToken } = await import('./server/token.ts');
        await revokeToken(token, command.optsWithGlobals(), context);
      }),
    'write what was ended as JSON',
  );
  return new Command('token')
    .description('Tokens of the users of a server; see docs/security.md.')
    .addCommand(create)
    .addCommand(list)
    .addCommand(revoke);
}

export function auditCommand(context: CommandContext): Command {
  return withJson(
    new Command('audit')
      .description('Show what people did, and what was refused to them, the newest first. For admins.')
      .option('--user <name>', 'only what this user did')
      .option('--since <time>', 'only from then on: a date such as 2026-11-26, or how long ago, such as 2d or 12h')
      .option('-w, --workflow <id>', 'only what concerns this workflow', positiveInteger)
      .option('-n, --limit <n>', 'at most so many', integerFrom(1, 1000), 100)
      .option('--before <id>', 'only older ones than this record', positiveInteger)
      .action(async (_options: AuditOptions, command: Command) => {
        const { showAudit } = await import('./server/audit.ts');
        await showAudit(command.optsWithGlobals(), context);
      }),
  );
}

const role = Object.assign(
  (text: string): Role => {
    const found = ROLES.find((name) => name === text.toLowerCase());
    if (found === undefined) throw new InvalidArgumentError(`It must be one of ${ROLES.join(', ')}.`);
    return found;
  },
  { choices: ROLES },
);

/** Seconds. */
const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

/** A length of time as seconds. */
export function lifetime(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  const seconds = Number(count) * (UNITS[unit] ?? 0);
  if (seconds > 0) return seconds;
  throw new InvalidArgumentError('It must be a number with m, h, d or w, such as 90d.');
}
