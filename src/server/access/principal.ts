import type { Role } from '../../api/access.ts';

/** Who sent a request, as far as the server knows. */
export interface Principal {
  /** Name as in workflow runs: with the server's own token that of the account of the server. */
  readonly user: string;
  readonly role: Role;
  /** `none`: requests are not checked (`auth.mode=none`). */
  readonly source: 'server token' | 'user token' | 'session' | 'none';
  /** Of the user token. */
  readonly tokenId?: number;
}

/** Whoever asks on a route that is open, where nobody is known. */
export const NOBODY: Principal = { user: '', role: 'reader', source: 'none' };

/** The server, where it does by itself what others ask for by a request. */
export function itself(user: string): Principal {
  return { user, role: 'admin', source: 'server token' };
}

/** Whether the name is one that the server vouches for, other than that of whoever holds the server's own token. */
export function isNamed({ source }: Principal): boolean {
  return source === 'user token' || source === 'session';
}

/** The name of whoever asks, as runs have it: where the server vouches for one, that, whatever the request says. */
export function nameOf(principal: Principal, said: string): string {
  return isNamed(principal) ? principal.user : said;
}

/**
 * Whose runs make a workflow one that the asker may change: of an admin whom the server vouches for anybody's (undefined),
 * else those of {@link nameOf}.
 */
export function runnerAskedFor(principal: Principal, said: string): string | undefined {
  return isNamed(principal) && principal.role === 'admin' ? undefined : nameOf(principal, said);
}
