/** From the declared routes to the handlers: parse, check, handle, answer. */
import type { FastifyInstance, FastifyRequest, onSendAsyncHookHandler } from 'fastify';
import { type Route, SURFACE_PREFIX } from '../../api/route.ts';
import type { HandlerRequest, Services } from '../handler.ts';
import { bodyCheck } from './body.ts';
import { answerJson } from './error-answers.ts';
import { parameterReader } from './parameters.ts';

/** A handler of some route, whichever. */
type AnyHandler = (request: HandlerRequest<Route>) => Promise<unknown>;

/** Adds every route of `offered` to the app, answered by the handler of the same name. */
export function addRoutes(
  app: FastifyInstance,
  offered: Readonly<Record<string, Route>>,
  handlers: Readonly<Record<string, AnyHandler>>,
  services: Services,
): void {
  const pending = new Set<AbortController>();
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
    for (const controller of pending) controller.abort();
  });
  for (const [name, route] of Object.entries(offered)) {
    const answer = answererOf(route, handlers[name] as AnyHandler, services);
    app.route({
      method: route.method,
      url: `${SURFACE_PREFIX[route.surface]}${route.path.replace(/\{(\w+)\}/g, ':$1')}`,
      config: { open: route.open, plainErrors: route.plainErrors },
      ...(Object.keys(route.headers).length > 0 && { onSend: sendsHeaders(route.headers) }),
      handler: async (request, reply) => {
        const controller = new AbortController();
        pending.add(controller);
        // Closed without an end: its client has gone. (Every abort makes an error object with its stack: not for nothing.)
        reply.raw.once('close', () => reply.raw.writableFinished || controller.abort());
        if (closing) controller.abort();
        try {
          return answerJson(reply, 200, await answer(request, controller.signal));
        } finally {
          pending.delete(controller);
        }
      },
    });
  }
}

/** A refusal of any kind passes here too, because it leaves by the same route. */
function sendsHeaders(headers: Route['headers']): onSendAsyncHookHandler {
  return async (_request, reply) => {
    reply.headers(headers);
  };
}

/** What one route does with a request. Every part is checked against the declaration that the handler's types come from. */
function answererOf(
  route: Route,
  handle: AnyHandler,
  services: Services,
): (request: FastifyRequest, signal: AbortSignal) => Promise<unknown> {
  const readParams = parameterReader(route.params, 'path');
  const readQuery = parameterReader(route.query, 'query');
  const checkBody = bodyCheck(route);
  return async (request, signal) => {
    const params = readParams(request.params as Record<string, string>);
    const query = readQuery(request.query as Record<string, string | string[]>);
    const body = request.body ?? {};
    if (route.method !== 'GET') checkBody(body);
    return handle({ params, query, body, services, signal });
  };
}
