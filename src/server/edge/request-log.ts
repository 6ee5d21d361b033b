import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../core/log.ts';

/** One line for each request at debug level, with the ids that the peer sent along. The token is never in it. */
export function logRequests(app: FastifyInstance, log: Logger): void {
  app.addHook('onResponse', async (request, reply) => {
    if (!log.isLevelEnabled('debug')) return;
    const { method, headers } = request;
    const url = withoutTokens(request.url);
    const context = contextOf(headers['x-server-structlog-context']);
    log.debug({ ...context, method, url, status: reply.statusCode, milliseconds: reply.elapsedTime }, 'Request');
  });
}

/** A prefix that carries a token was taken off; one that is not quite one must not show what it was meant to carry either. */
function withoutTokens(url: string): string {
  return url.replace(/skep_[0-9a-f]+/gi, 'skep_…').replace(/^(\/*t\/)[^/?]+/, '$1…');
}

/** A context that is no JSON object is ignored: it serves the log alone. */
function contextOf(header: string | string[] | undefined): object {
  try {
    const context: unknown = JSON.parse(String(header));
    return typeof context === 'object' && context !== null && !Array.isArray(context) ? context : {};
  } catch {
    return {};
  }
}
