/** Who asks, tokens of users, and the record of what people did. */
import { ROLES } from '../../api/access.ts';
import { SkepError } from '../../core/errors.ts';
import { readAudit } from '../access/audit.ts';
import type { Principal } from '../access/principal.ts';
import { createToken, listTokens, revokeToken } from '../access/tokens.ts';
import type { Handlers } from '../handler.ts';

const ACTIONS_A_PAGE = 100;

export const accessHandlers = {
  async whoAmI({ principal, services }) {
    const { user, role, source, tokenId } = principal;
    const tokens = tokenId === undefined ? [] : await services.database.read((unit) => listTokens(unit, user));
    const token = tokens.find((one) => one.token_id === tokenId);
    return { user, role, source, token_name: token?.name ?? null, expires: token?.expires ?? null };
  },

  async createToken({ body, principal, services }) {
    const { user, role = 'user', name, expires_in: expiresIn } = body;
    refuseGiving(principal, user, role);
    const { database, clock, random } = services;
    const expires = expiresIn === undefined ? null : Math.round(clock.now() + expiresIn * 1000);
    const made = await database.write((unit) => createToken(unit, { user, role, name, expires }, random));
    return { token_id: made.id, name: made.name, user, role, expires, token: made.token };
  },

  async listTokens({ principal, services }) {
    return { tokens: await services.database.read((unit) => listTokens(unit, boundTo(principal))) };
  },

  revokeToken({ params, principal, services }) {
    return services.database.write((unit) => revokeToken(unit, params.token, boundTo(principal)));
  },

  async getAudit({ query, services }) {
    const { user, workflow_id: workflowId, since, before, limit = ACTIONS_A_PAGE } = query;
    const question = { user, workflowId, since, before, limit };
    const actions = await services.database.readHeavy((unit) => readAudit(unit, question));
    return { actions, next: actions.length < limit ? null : (actions.at(-1)?.audit_id ?? null) };
  },
} satisfies Partial<Handlers>;

/** The user to whose tokens somebody is bound; undefined for an admin. */
function boundTo({ user, role }: Principal): string | undefined {
  return role === 'admin' ? undefined : user;
}

/**
 * A token makes no other token: one that expires could outlive itself. Who has logged in may have one for himself, for
 * programs, which lets him do no more than he may.
 */
function refuseGiving({ user: asker, role: own, source }: Principal, user: string, role: Principal['role']): void {
  if (own === 'admin') return;
  const isForHimself = source === 'session' && user === asker;
  if (isForHimself && ROLES.indexOf(role) <= ROLES.indexOf(own)) return;
  throw new SkepError('not_permitted', `Only an admin may make this token; ${asker} has the role ${own}.`);
}
