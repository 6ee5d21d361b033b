/** What the configuration says about logging in. */
import { ROLES, type Role } from '../../api/access.ts';
import type { Config } from '../../core/config.ts';
import { SkepError } from '../../core/errors.ts';
import { isLoopback } from '../access/authenticate.ts';
import type { SessionRules } from '../access/sessions.ts';

export interface LoginSettings {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly userClaim: string;
  /** The origin under which browsers see the server; empty: that which they ask for, on this machine alone. */
  readonly publicOrigin: string;
  readonly rules: SessionRules;
}

/**
 * The settings in force; undefined where nobody can log in.
 * @throws SkepError `config_invalid` naming the setting that is missing or makes no sense.
 */
export function loginSettings({ auth, server }: Config): LoginSettings | undefined {
  const publicOrigin = publicOriginOf(auth.public_url);
  if (auth.oidc_issuer === '') {
    for (const key of ['oidc_client_id', 'oidc_client_secret', 'oidc_admins'] as const) {
      if (auth[key] !== '') throw invalid(`auth.${key} is set, but not auth.oidc_issuer: whom to ask is missing.`);
    }
    return undefined;
  }
  for (const key of ['oidc_client_id', 'oidc_client_secret', 'oidc_user_claim'] as const) {
    if (auth[key] === '') throw invalid(`auth.oidc_issuer needs auth.${key}, which is not set.`);
  }
  if (auth.mode !== 'token') {
    throw invalid('auth.oidc_issuer needs auth.mode token: without a check there is nothing to log in for.');
  }
  if (!server.extensions) {
    throw invalid('auth.oidc_issuer needs server.extensions: the page that offers the login asks these routes.');
  }
  if (publicOrigin === '' && !isLoopback(server.host)) {
    throw invalid(
      `auth.oidc_issuer needs auth.public_url where server.host is ${server.host}, which others can reach.`,
    );
  }
  if (!(auth.session_hours > 0 && auth.session_hours <= MOST_HOURS)) {
    throw invalid(`auth.session_hours must be above 0 and at most ${MOST_HOURS}, not ${auth.session_hours}.`);
  }
  return {
    issuer: issuerOf(auth.oidc_issuer),
    clientId: auth.oidc_client_id,
    clientSecret: auth.oidc_client_secret,
    userClaim: auth.oidc_user_claim,
    publicOrigin,
    rules: { hours: auth.session_hours, role: roleOf(auth.oidc_role), admins: namesOf(auth.oidc_admins) },
  };
}

/** A session cannot be ended from here before its time: a month is long enough for that. */
const MOST_HOURS = 744;

function issuerOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url === undefined || !isSafe || url.username !== '' || url.search !== '' || url.hash !== '') {
    const sentence = `auth.oidc_issuer must be an https address (http on this machine alone), not ${text}.`;
    throw invalid(sentence);
  }
  return url;
}

function publicOriginOf(text: string): string {
  if (text === '') return '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url === undefined || !isSafe || url.href !== `${url.origin}/`) {
    throw invalid(`auth.public_url must be like https://skep.example.org, without a path, not ${text}.`);
  }
  return url.origin;
}

function roleOf(text: string): Role {
  const role = ROLES.find((one) => one === text);
  if (role === undefined) throw invalid(`auth.oidc_role must be ${ROLES.join(' or ')}, not ${JSON.stringify(text)}.`);
  return role;
}

function namesOf(list: string): Set<string> {
  const names = list.split(',').map((name) => name.trim());
  return new Set(names.filter((name) => name !== ''));
}

function invalid(sentence: string): SkepError {
  return new SkepError('config_invalid', sentence);
}
