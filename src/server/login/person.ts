/** Who it is that the provider tells of. */
import { HttpAnswer } from '../handler.ts';
import type { Claims } from './provider.ts';

/** Names as tokens have them too: without blanks, and no longer. */
const USER_NAME = /^[^\s\p{Cc}\p{Cf}]{1,150}$/u;

/**
 * The name of the user: the claim, of `email` the part before the `@`; without `preferred_username` that too, as peers know it.
 * @throws HttpAnswer 403 where there is none, or none that is a name.
 */
export function userOf(claims: Claims, claim: string): string {
  const named = claim === 'email' ? undefined : claims[claim];
  const takesAddress = claim === 'email' || claim === 'preferred_username';
  const user = named ?? (takesAddress ? localPartOf(claims) : undefined);
  if (typeof user === 'string' && USER_NAME.test(user)) return user;
  throw new HttpAnswer(403, { detail: `The provider tells no user name that can be used, in claim ${claim}.` });
}

/** Not of an address that the provider itself does not believe to be his. */
function localPartOf({ email, email_verified: isVerified }: Claims): string | undefined {
  if (typeof email !== 'string' || isVerified === false || isVerified === 'false') return undefined;
  return email.slice(0, Math.max(0, email.lastIndexOf('@')));
}

const TEXTS = ['sub', 'email', 'preferred_username', 'name', 'given_name', 'family_name'] as const;
const MORE_TEXTS = ['nonce', 'at_hash', 'sid', 'aud', 'iss'] as const;

/** The user as peers know it; what the provider does not tell is empty. Source: http-views §6. */
export type UserFields = Readonly<Record<(typeof TEXTS | typeof MORE_TEXTS)[number], string>> & {
  readonly updated_at: number;
  readonly iat: number;
  readonly groups: readonly string[];
};

/** Bytes: all of it has to fit into a cookie, of which browsers keep 4096. A longer text is left out, and groups beyond it. */
const LONGEST_TEXT = 150;
const MOST_FOR_GROUPS = 700;

export function userFields(claims: Claims): UserFields {
  const texts = [...TEXTS, ...MORE_TEXTS].map((name) => [name, textOf(claims[name])]);
  return {
    ...(Object.fromEntries(texts) as Record<(typeof TEXTS | typeof MORE_TEXTS)[number], string>),
    updated_at: numberOf(claims.updated_at),
    iat: numberOf(claims.iat),
    groups: groupsOf(claims.groups),
  };
}

function textOf(value: unknown): string {
  const text = Array.isArray(value) ? value.join(' ') : typeof value === 'string' ? value : '';
  return Buffer.byteLength(text) > LONGEST_TEXT ? '' : text;
}

function numberOf(value: unknown): number {
  return Number.isSafeInteger(value) ? (value as number) : 0;
}

/** Those that stand for access to an application are left out, as peers know it. */
function groupsOf(value: unknown): string[] {
  const names = (Array.isArray(value) ? value : []).filter((name) => typeof name === 'string');
  let room = MOST_FOR_GROUPS;
  return names
    .filter((name) => !name.startsWith('app-'))
    .sort()
    .filter((name) => {
      room -= Buffer.byteLength(JSON.stringify(name)) + 1;
      return room >= 0;
    });
}
