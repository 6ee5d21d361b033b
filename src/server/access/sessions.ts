/** Sessions of those who have logged in: in a cookie of their browser, and nowhere else. */
import type { FastifyRequest } from 'fastify';
import type { Role } from '../../api/access.ts';
import type { Authenticator } from './authenticate.ts';
import { SealedCookie, type SealedCookieOptions } from './sealed-cookie.ts';

export interface SessionRules {
  /** How long a session lasts. */
  readonly hours: number;
  /** Of whoever is no admin. */
  readonly role: Role;
  readonly admins: ReadonlySet<string>;
}

export interface Session<Claims> {
  readonly user: string;
  /** What the provider says of the user. */
  readonly claims: Claims;
}

export type SessionSeams = Pick<SealedCookieOptions, 'secret' | 'purpose' | 'clock' | 'random'>;

export class Sessions<Claims> {
  readonly #cookie: SealedCookie<Session<Claims>>;
  readonly #rules: SessionRules;
  readonly #isSecure: (request: FastifyRequest) => boolean;

  constructor(rules: SessionRules, isSecure: (request: FastifyRequest) => boolean, seams: SessionSeams) {
    this.#rules = rules;
    this.#isSecure = isSecure;
    this.#cookie = new SealedCookie({ ...seams, name: 'skep_session', seconds: rules.hours * 3600 });
  }

  /** The header that begins one: always a new one, whatever cookie came with the request. */
  begin(request: FastifyRequest, session: Session<Claims>): string {
    return this.#cookie.set(session, this.#isSecure(request));
  }

  /** The header that ends it in this browser. */
  end(request: FastifyRequest): string {
    return this.#cookie.clear(this.#isSecure(request));
  }

  of(request: FastifyRequest): { readonly content: Session<Claims>; readonly expires: number } | undefined {
    return this.#cookie.read(request.headers.cookie, this.#isSecure(request));
  }

  /** Roles are those of the settings now, and not of when somebody logged in. */
  readonly authenticator: Authenticator = async (request) => {
    // Whoever sends a token is known by it or not at all: else a session would make his guesses at tokens count for nothing.
    if (request.headers.authorization !== undefined) return undefined;
    const user = this.of(request)?.content.user;
    if (user === undefined) return undefined;
    const { role, admins } = this.#rules;
    return { user, role: admins.has(user) ? 'admin' : role, source: 'session' };
  };
}
