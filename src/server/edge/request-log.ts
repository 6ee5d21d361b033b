import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from '../../core/log.ts';
import { routeNameOf } from '../metrics/traffic.ts';
import { idsOf } from './request-ids.ts';

/** One line for each request at debug level, with the ids that it is about. The token is never in it. */
export function logRequests(app: FastifyInstance, log: Logger): void {
  app.addHook('onResponse', async (request, reply) => {
    if (!log.isLevelEnabled('debug')) return;
    const url = withoutTokens(request.url);
    const fields = { ...fieldsOf(request), url, status: reply.statusCode, milliseconds: reply.elapsedTime };
    log.debug({ ...fields, ...(request.failure !== '' && { code: request.failure }) }, 'Request');
  });
}

/** A prefix that carries a token was taken off; one that is not quite one must not show what it was meant to carry either. Codes of logins stay out too. */
function withoutTokens(url: string): string {
  const withoutLogins = url.replace(/([?&](?:code|state)=)[^&]*/g, '$1…');
  return withoutLogins.replace(/skep_[0-9a-f]+/gi, 'skep_…').replace(/^(\/*t\/)[^/?]+/, '$1…');
}

/** A log whose lines say which request they are about. */
export function logOf(request: FastifyRequest, log: Logger): Logger {
  return log.child(fieldsOf(request));
}

function fieldsOf(request: FastifyRequest): object {
  const { traceId } = request;
  const trace = traceId === undefined ? {} : { trace_id: traceId };
  return { route: routeNameOf(request), method: request.method, ...idsOf(request), ...trace };
}
