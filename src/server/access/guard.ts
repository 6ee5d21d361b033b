/** What stands before the handler of each route: whether whoever asks may, and the record of what people do. */
import type { Route } from '../../api/route.ts';
import { isSkepError } from '../../core/errors.ts';
import type { AnyHandler } from '../edge/answerer.ts';
import { HttpAnswer } from '../handler.ts';
import { noteAction, noteOutcome, noteRefusal, subjectOf } from './audit.ts';
import { authorise } from './authorise.ts';
import type { Owners } from './owners.ts';
import type { Recently } from './recently.ts';

export interface Guards {
  readonly owners: Owners;
  /** Refusals that were recorded a short while ago: a worker that may not report does not stop trying. */
  readonly refusals: Recently;
}

/** The handler of a route, for those alone who may. */
export function guarded(name: string, route: Route, handle: AnyHandler, { owners, refusals }: Guards): AnyHandler {
  const isPublic = route.access === 'open' || route.access === 'read';
  return async (request) => {
    const { principal } = request;
    if (!route.audited && (isPublic || principal.role === 'admin')) return handle(request);
    const action = { name, route, request };
    try {
      await authorise(principal, route, request, owners);
    } catch (refusal) {
      if (statusOf(refusal) !== 404) {
        const what = [principal.user, principal.tokenId, name, subjectOf(route, request)].join('/');
        if (refusals.isNew(what)) await noteRefusal(action, statusOf(refusal));
      }
      throw refusal;
    }
    // A preview changes nothing.
    if (!route.audited || (request.body as { preview?: unknown }).preview === true) return handle(request);
    const id = await noteAction(action);
    let status = 200;
    let answer: unknown;
    try {
      answer = await handle(request);
      return answer;
    } catch (error) {
      status = statusOf(error);
      throw error;
    } finally {
      await noteOutcome(action, id, status, answer);
    }
  };
}

function statusOf(error: unknown): number {
  if (error instanceof HttpAnswer) return error.status;
  return isSkepError(error) ? error.httpStatus : 500;
}
