/** Who asks: whoever sends the token of the server, as a bearer token or in front of the path, or is known otherwise. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { OriginCheck } from '../edge/origins.ts';
import { HttpAnswer } from '../handler.ts';
import type { Principal } from './principal.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route answers without a token. */
    open?: boolean;
  }
  interface FastifyRequest {
    /** Undefined on open routes alone. */
    principal: Principal | undefined;
  }
}

/**
 * Knows by a request who sent it; undefined: not in the way that this one looks at. It gives a principal of source `session`
 * for what a browser sends by itself, such as a cookie.
 */
export type Authenticator = (request: FastifyRequest) => Promise<Principal | undefined>;

export interface Authentication {
  /** The server's own token; empty: no check. */
  readonly token: string;
  /** The name of the server's own account. */
  readonly user: string;
  readonly isAllowed: OriginCheck;
  /** The origin under which browsers see the server; empty: that which they ask for. */
  readonly publicOrigin: string;
  /** Asked in order, after the server's own token. */
  readonly authenticators: readonly Authenticator[];
}

/**
 * Refuses every request of nobody who is known with status 401, except those of open routes.
 * Without a check a browser's requests are refused that come from another origin that is not allowed, or that think this
 * machine is some other host: any web page could send them, the latter by pointing its own name to this machine. Of requests of
 * a session those are refused that another page sends, whichever, and those that change something and do not say which page sent them.
 */
export function authenticate(app: FastifyInstance, authentication: Authentication): void {
  const { token, user, isAllowed, publicOrigin, authenticators } = authentication;
  const expected = digest(`Bearer ${token}`);
  const server: Principal = { user, role: 'admin', source: token === '' ? 'none' : 'server token' };
  app.decorateRequest('principal', undefined);
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.open === true) return;
    if (token === '') {
      refuseForeignHosts(request);
      refuseForeignPages(request, isAllowed);
      request.principal = server;
      return;
    }
    // Digests have one length whatever was sent, and comparing them takes one time whatever differs.
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) {
      request.principal = server;
      return;
    }
    request.principal = await firstOf(authenticators, request);
    if (request.principal === undefined) {
      reply.header('www-authenticate', 'Bearer');
      throw new HttpAnswer(401, { detail: 'Unauthorized' });
    }
    if (request.principal.source === 'session') refuseOtherPages(request, publicOrigin);
  });
}

async function firstOf(
  authenticators: readonly Authenticator[],
  request: FastifyRequest,
): Promise<Principal | undefined> {
  for (const known of authenticators) {
    const principal = await known(request);
    if (principal !== undefined) return principal;
  }
  return undefined;
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|\[?::1\]?|localhost)$/;

/** Whether the host is a name or address by which only this machine can be meant. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

function refuseForeignHosts({ hostname }: FastifyRequest): void {
  if (!isLoopback(hostname)) throw new HttpAnswer(403, { detail: `Requests to host ${hostname} are refused.` });
}

function refuseForeignPages({ headers, host }: FastifyRequest, isAllowed: OriginCheck): void {
  if (headers.origin === undefined || isAllowed(headers.origin)) return;
  const origin = URL.canParse(headers.origin) ? new URL(headers.origin).host : undefined;
  if (origin !== host) throw new HttpAnswer(403, { detail: 'Requests from other origins are refused.' });
}

/** Origins that may send requests with a token may not send them with a cookie, which they need not know. */
function refuseOtherPages(request: FastifyRequest, publicOrigin: string): void {
  const { origin } = request.headers;
  if (origin === undefined && ['GET', 'HEAD'].includes(request.method)) return;
  if (origin === originSeen(request, publicOrigin)) return;
  const sentence =
    origin === undefined
      ? 'A change by a session needs the origin of the page that asks for it.'
      : 'Requests from other origins are refused.';
  throw new HttpAnswer(403, { detail: sentence });
}

/** The origin under which the browser that sent a request sees the server. */
export function originSeen({ protocol, host }: FastifyRequest, publicOrigin: string): string {
  return publicOrigin === '' ? `${protocol}://${host}`.toLowerCase() : publicOrigin;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
