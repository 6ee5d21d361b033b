import type { FastifyInstance } from 'fastify';
import type { Transport } from '../api/transport.ts';
import { orAborted } from '../core/abort.ts';

/** A transport that hands requests to the app inside this process, without a socket. */
export function injectTransport(app: FastifyInstance): Transport {
  return {
    async send({ method, url, headers, body, signal }) {
      const answered = app.inject({
        method,
        url,
        headers,
        ...(body === undefined ? {} : { payload: body }),
        ...(signal === undefined ? {} : { signal }),
      });
      // The handler sees the abort too, but what is injected answers only when it has finished.
      const answer = await orAborted(answered, signal);
      return {
        status: answer.statusCode,
        contentType: String(answer.headers['content-type'] ?? ''),
        text: answer.payload,
      };
    },
    close: () => app.close(),
  };
}
