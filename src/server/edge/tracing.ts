/** Spans of requests and of what they write. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Attributes } from '../../api/tracing/otlp.ts';
import { parseTraceparent } from '../../api/tracing/span-context.ts';
import type { Span, Tracer } from '../../api/tracing/tracer.ts';
import type { Database } from '../db/database.ts';
import { routeNameOf } from '../metrics/traffic.ts';
import { idsOf } from './request-ids.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of the trace that it belongs to; undefined: to none. */
    traceId?: string;
  }
}

/** What is asked again and again by programs that look whether we live. */
const PROBES: readonly string[] = ['liveness', 'readiness', 'metrics', 'page', 'page_file', 'getHealth'];

/** Before the routes are added. A request goes on with the trace of its client, or begins one. */
export function traceRequests(app: FastifyInstance, tracer: Tracer, database: Database): void {
  const current = new AsyncLocalStorage<Span>();
  app.addHook('onRequest', (request, reply, proceed) => {
    const parent = parseTraceparent(request.headers.traceparent as string | undefined);
    const name = routeNameOf(request);
    if (parent === undefined && PROBES.includes(name)) return proceed();
    const span = tracer.start(name, { parent, kind: 'server' });
    request.traceId = span.context.traceId;
    reply.raw.once('close', () => endRequest(span, request, reply));
    current.run(span, proceed);
  });
  database.observerOfWrite = () => {
    const parent = current.getStore()?.context;
    if (parent === undefined) return undefined;
    const span = tracer.start('database commit', { parent });
    return ({ works, milliseconds, isCommitted }) => {
      span.set({ 'skep.writes_in_commit': works, 'skep.commit_milliseconds': milliseconds });
      span.end(isCommitted ? undefined : 'not committed');
    };
  };
}

function endRequest(span: Span, request: FastifyRequest, reply: FastifyReply): void {
  const { statusCode } = reply;
  const ids = Object.entries(idsOf(request)).map(([name, id]) => [`skep.${name}`, id]);
  span.set({
    'http.request.method': request.method,
    'http.route': request.routeOptions.url,
    'http.response.status_code': statusCode,
    ...(Object.fromEntries(ids) as Attributes),
    ...(request.failure !== '' && { 'error.type': request.failure }),
  });
  span.end(statusCode >= 500 ? `status ${statusCode}` : undefined);
}
