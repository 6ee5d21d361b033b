/** Making, showing and ending tokens of users. */
import type { Role } from '../../api/access.ts';
import type { Requester } from '../../api/requester.ts';
import { type AnswerOf, routes } from '../../api/routes.ts';
import { requireExtensions } from '../../client/control/extensions.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { minuteText } from '../output/cell.ts';
import { oneLine } from '../output/terminal.ts';
import { writeJson, writeTable } from '../views/write.ts';
import { withServer } from './with-server.ts';

export interface TokenOptions extends CommonOptions {
  readonly json?: boolean;
}

export interface CreateTokenOptions extends TokenOptions {
  readonly user: string;
  readonly role?: Role;
  readonly name?: string;
  /** Seconds. */
  readonly expires?: number;
}

/** @throws SkepError `not_permitted`, `invalid_usage` for a name that is taken, `extension_missing` */
export async function createToken(options: CreateTokenOptions, context: CommandContext): Promise<void> {
  const { user, role, name, expires } = options;
  const body = {
    user,
    ...(role !== undefined && { role }),
    ...(name !== undefined && { name }),
    ...(expires !== undefined && { expires_in: expires }),
  };
  // Once: a second one for a lost answer would be one that nobody knows of.
  const made = await ask(options, context, (requester) =>
    requester.call(routes.createToken, { body }, { attempts: 1 }),
  );
  if (options.json) return writeJson(made, context);
  const until = made.expires === null ? 'It does not expire.' : `It expires on ${minuteText(made.expires)} UTC.`;
  context.output.write(`${made.token}\n`);
  context.errors.write(
    `The token ${oneLine(made.name)} of ${oneLine(made.user)}, role ${made.role}. ${until} It is shown only here.\n`,
  );
}

const COLUMNS = [
  { title: 'ID', align: 'right' as const },
  { title: 'NAME', shrinkTo: 8 },
  { title: 'USER', shrinkTo: 6 },
  { title: 'ROLE' },
  { title: 'STATE' },
  { title: 'CREATED (UTC)', optional: 2 },
  { title: 'EXPIRES', optional: 1 },
  { title: 'LAST USED', optional: 1 },
];

/** @throws SkepError `extension_missing` */
export async function listTokens(options: TokenOptions, context: CommandContext): Promise<void> {
  const { tokens } = await ask(options, context, (requester) => requester.call(routes.listTokens, {}));
  if (options.json) return writeJson(tokens, context);
  if (tokens.length === 0) {
    context.output.write('No user has a token: skep server token create --user <name> makes one.\n');
    return;
  }
  const now = context.clock.now();
  const cells = tokens.map((token) => [
    ...[String(token.token_id), token.name, token.user, token.role, stateOf(token, now), minuteText(token.created)],
    token.expires === null ? 'never' : minuteText(token.expires),
    token.last_used === null ? 'never' : minuteText(token.last_used),
  ]);
  writeTable(COLUMNS, cells, context);
}

type Token = AnswerOf<typeof routes.listTokens>['tokens'][number];

function stateOf({ revoked, expires }: Token, now: number): string {
  if (revoked !== null) return 'revoked';
  return expires !== null && expires <= now ? 'expired' : 'valid';
}

/** @throws SkepError `not_found`, `not_permitted`, `extension_missing` */
export async function revokeToken(token: string, options: TokenOptions, context: CommandContext): Promise<void> {
  const ended = await ask(options, context, (requester) => requester.call(routes.revokeToken, { params: { token } }));
  if (options.json) return writeJson(ended, context);
  context.output.write(`The token ${oneLine(ended.name)} of ${oneLine(ended.user)} is valid no longer.\n`);
}

function ask<Answer>(
  options: TokenOptions,
  context: CommandContext,
  call: (requester: Requester) => Promise<Answer>,
): Promise<Answer> {
  return withServer(options, context, async (requester) => {
    await requireExtensions(requester, 'keep tokens of users');
    return call(requester);
  });
}
