import type { FastifyInstance } from 'fastify';

/** The answers are data, and the web page comes from here alone: nothing else may be loaded, and nobody may frame it. */
const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Browsers heed it behind a proxy with TLS only.
  'strict-transport-security': 'max-age=31536000',
  // The filter that it switches off has holes of its own, and the policy above does its work.
  'x-xss-protection': '0',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(SECURITY_HEADERS);
  });
}
