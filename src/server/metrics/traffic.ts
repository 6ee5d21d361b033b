/** What is seen of each request, whoever counts it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isSkepError } from '../../core/errors.ts';
import { HttpAnswer } from '../handler.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Name of the route, as in docs/wire.md. */
    name?: string;
    /** The route may keep a request until there is news. */
    waits?: boolean;
  }
  interface FastifyRequest {
    /** Code of the error that it was refused with; empty: none. */
    failure: string;
  }
}

export interface AnsweredRequest {
  /** Of a fixed set of names: never a part of what was sent. */
  readonly route: string;
  readonly waits: boolean;
  readonly status: number;
  readonly seconds: number;
  /** Undefined for a status below 400. */
  readonly code: string | undefined;
}

export class Traffic {
  readonly #inFlight = { working: 0, waiting: 0 };
  /** Told of each request that was answered, or whose client has gone. */
  onAnswered: (request: AnsweredRequest) => void = () => {};

  /** Requests without an answer yet. */
  get inFlight(): Readonly<Record<'working' | 'waiting', number>> {
    return this.#inFlight;
  }

  /** Before the routes are added. */
  watch(app: FastifyInstance): void {
    app.decorateRequest('failure', '');
    app.addHook('onRequest', async (request, reply) => {
      const kind = waits(request) ? 'waiting' : 'working';
      this.#inFlight[kind]++;
      // Not the hook after the answer: a client that has gone never gets one.
      reply.raw.once('close', () => {
        this.#inFlight[kind]--;
        this.onAnswered(answered(request, reply));
      });
    });
  }
}

/** Notes why a request is refused. */
export function noteFailure(request: FastifyRequest, error: unknown): void {
  request.failure = failureOf(error);
}

/** Name of the route that a request matched; `unmatched` for one that matched none. */
export function routeNameOf(request: FastifyRequest): string {
  return request.is404 ? 'unmatched' : (request.routeOptions.config.name ?? 'other');
}

function waits(request: FastifyRequest): boolean {
  return request.routeOptions.config.waits === true;
}

function answered(request: FastifyRequest, reply: FastifyReply): AnsweredRequest {
  const { statusCode: status, elapsedTime } = reply;
  const code = status < 400 ? undefined : request.failure || `http_${status}`;
  return { route: routeNameOf(request), waits: waits(request), status, seconds: elapsedTime / 1000, code };
}

/** Empty: its status says all. */
function failureOf(error: unknown): string {
  if (isSkepError(error)) return error.code;
  if (error instanceof HttpAnswer) return '';
  const { statusCode } = error as { readonly statusCode?: number };
  return statusCode === undefined || statusCode >= 500 ? 'internal' : '';
}
