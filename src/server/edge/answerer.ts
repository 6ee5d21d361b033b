/** What one route does with a request, whatever brought it here: check, handle. */
import type { Route } from '../../api/route.ts';
import type { Principal } from '../access/principal.ts';
import type { HandlerRequest, Services } from '../handler.ts';
import { bodyCheck } from './body.ts';
import { parameterReader, type RawParameters } from './parameters.ts';

/** A handler of some route, whichever. */
export type AnyHandler = (request: HandlerRequest<Route>) => Promise<unknown>;

/** A request as it came in, its body parsed. */
export interface RawRequest {
  readonly params: RawParameters;
  readonly query: RawParameters;
  readonly body: unknown;
  readonly principal: Principal;
  /** From which it came. */
  readonly address: string;
}

/** Gives the body of the answer. @throws whatever the checks and the handler throw, for `error-answers.ts` to word. */
export type Answerer = (request: RawRequest, services: Services, signal: AbortSignal) => Promise<unknown>;

/** Every part of a request is checked against the declaration that the handler's types come from. */
export function answererOf(route: Route, handle: AnyHandler): Answerer {
  const readParams = parameterReader(route.params, 'path');
  const readQuery = parameterReader(route.query, 'query');
  const checkBody = bodyCheck(route);
  return async (request, services, signal) => {
    const params = readParams(request.params);
    const query = readQuery(request.query);
    const body = request.body ?? {};
    if (route.method !== 'GET') checkBody(body);
    const { principal, address } = request;
    return handle({ params, query, body, services, principal, address, signal });
  };
}
