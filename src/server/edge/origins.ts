/** Web pages that another server delivers, and that a browser lets use this one only by its leave (CORS). Source: http-views §6. */
import type { FastifyInstance } from 'fastify';

export type OriginCheck = (origin: string) => boolean;

/** Compiles `server.allowed_origins`: origins such as `http://localhost:3000`, separated by commas; `*` is any. */
export function originCheck(list: string): OriginCheck {
  const allowed = new Set(list.split(',').map((origin) => origin.trim().toLowerCase()));
  return (origin) => allowed.has('*') || allowed.has(origin.toLowerCase());
}

/** Seconds for which a browser need not ask again. */
const LEAVE_LASTS = 600;

/**
 * Lets pages of the allowed origins send any request and read its answer. No cookie is ever needed, so none is let
 * through: a page has to know the token. What a browser asks beforehand carries no token yet and is answered without one.
 */
export function admitOrigins(app: FastifyInstance, isAllowed: OriginCheck): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    if (origin === undefined || !isAllowed(origin)) return;
    reply.header('access-control-allow-origin', origin);
    const asksBeforehand = request.method === 'OPTIONS' && 'access-control-request-method' in request.headers;
    if (!asksBeforehand) return;
    reply.headers({
      'access-control-allow-methods': 'GET, POST, PUT',
      'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '*',
      'access-control-max-age': LEAVE_LASTS,
    });
    return reply.code(204).send();
  });
}
