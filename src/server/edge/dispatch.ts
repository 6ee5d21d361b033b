/** From the declared routes to the handlers: parse, check, handle, answer. */
import type { FastifyInstance, onSendAsyncHookHandler } from 'fastify';
import type { TObject } from 'typebox';
import { type Route, SURFACE_PREFIX } from '../../api/route.ts';
import { guarded } from '../access/guard.ts';
import { Owners } from '../access/owners.ts';
import { NOBODY } from '../access/principal.ts';
import { Recently } from '../access/recently.ts';
import type { Services } from '../handler.ts';
import { type AnyHandler, answererOf, type RawRequest } from './answerer.ts';
import { answerJson } from './error-answers.ts';

/** Adds every route of `offered` to the app, answered by the handler of the same name. */
export function addRoutes(
  app: FastifyInstance,
  offered: Readonly<Record<string, Route>>,
  handlers: Readonly<Record<string, AnyHandler>>,
  services: Services,
): void {
  const pending = new Set<AbortController>();
  const guards = { owners: new Owners(services.database), refusals: new Recently(services.clock) };
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
    for (const controller of pending) controller.abort();
  });
  for (const [name, route] of Object.entries(offered)) {
    const answer = answererOf(route, guarded(name, route, handlers[name] as AnyHandler, guards));
    app.route({
      method: route.method,
      url: `${SURFACE_PREFIX[route.surface]}${route.path.replace(/\{(\w+)\}/g, ':$1')}`,
      config: { open: route.access === 'open', plainErrors: route.plainErrors, name, waits: mayWait(route) },
      ...(Object.keys(route.headers).length > 0 && { onSend: sendsHeaders(route.headers) }),
      handler: async (request, reply) => {
        const controller = new AbortController();
        pending.add(controller);
        // Closed without an end: its client has gone. (Every abort makes an error object with its stack: not for nothing.)
        reply.raw.once('close', () => reply.raw.writableFinished || controller.abort());
        if (closing) controller.abort();
        try {
          const { params, query, body, principal = NOBODY, ip: address } = request;
          const raw = { params, query, body, principal, address } as RawRequest;
          return answerJson(reply, 200, await answer(raw, services, controller.signal));
        } finally {
          pending.delete(controller);
        }
      },
    });
  }
}

/** Whether a request may say how long it wants to wait for news. */
function mayWait({ query, body }: Route): boolean {
  const { properties = {} } = body as Partial<TObject>;
  return 'wait' in query.properties || 'wait_seconds' in properties;
}

/** A refusal of any kind passes here too, because it leaves by the same route. */
function sendsHeaders(headers: Route['headers']): onSendAsyncHookHandler {
  return async (_request, reply) => {
    reply.headers(headers);
  };
}
