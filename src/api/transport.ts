/** How requests reach a server, handed to the requester: over HTTP in production, inside the process in tests. */
import request from 'undici/lib/api/api-request.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import type { Method } from './route.ts';

interface TransportRequest {
  readonly method: Method;
  /** Path and query below the origin, escaped. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text; absent for GET. */
  readonly body?: string;
  /** Seconds until the request is given up with an error. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

export interface TransportAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

export interface Transport {
  /** Sends one request. Rejects when no answer came (refused, cut, timed out, aborted). */
  send(request: TransportRequest): Promise<TransportAnswer>;
  close(): Promise<void>;
}

/**
 * Keeps this many connections to the server. Waiting requests (the change feeds) hold one each; the others carry
 * pipelined chunks, of which more than a few in flight gain nothing.
 */
const CONNECTIONS = 16;

/** A transport over HTTP to `origin`, such as `http://127.0.0.1:8070`, with connections kept open. */
export function httpTransport(origin: string): Transport {
  const agent = new Agent({ connections: CONNECTIONS, keepAliveTimeout: 30_000 });
  return {
    async send({ method, url, headers, body, timeout, signal }) {
      const milliseconds = timeout * 1000;
      const answer = await request.call(agent, {
        origin,
        path: url,
        method,
        headers,
        body: body ?? null,
        headersTimeout: milliseconds,
        bodyTimeout: milliseconds,
        ...(signal ? { signal } : {}),
      });
      const contentType = String(answer.headers['content-type'] ?? '');
      return { status: answer.statusCode, contentType, text: await answer.body.text() };
    },
    close: () => agent.destroy(),
  };
}
