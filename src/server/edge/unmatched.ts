/** Requests that match no route: another method, a slash too many or too few, or nothing at all. Source: http-fsm §1. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Method, type Route, SURFACE_PREFIX } from '../../api/route.ts';
import { tokenPrefixOf } from '../access/token-prefix.ts';
import { answerJson } from './error-answers.ts';

interface KnownPath {
  readonly pattern: RegExp;
  readonly method: Method;
}

/** Compiles the answer to requests that match none of `routes`. */
export function unmatchedAnswer(
  routes: Iterable<Pick<Route, 'surface' | 'path' | 'method'>>,
): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  const known = Array.from(routes, ({ surface, path, method }): KnownPath => {
    const pattern = `${SURFACE_PREFIX[surface]}${path}`.replace(/\{\w+\}/g, '[^/]+');
    return { pattern: new RegExp(`^${pattern}$`), method };
  });
  const methodsAt = (path: string) => [
    ...new Set(known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)),
  ];
  return (request, reply) => {
    const [path = '', query] = request.url.split('?', 2);
    const allowed = methodsAt(path);
    if (allowed.length > 0) {
      reply.header('allow', allowed.join(', '));
      return answerJson(reply, 405, { detail: 'Method Not Allowed' });
    }
    const other = path.endsWith('/') ? path.slice(0, -1) : `${path}/`;
    if (methodsAt(other).length === 0) return answerJson(reply, 404, { detail: 'Not Found' });
    // The prefix that carries a token, if there was one, belongs to the address that the client has to use.
    const target = `${tokenPrefixOf(request.originalUrl)}${other}${query === undefined ? '' : `?${query}`}`;
    return reply.code(307).header('location', `${request.protocol}://${request.host}${target}`).send();
  };
}
