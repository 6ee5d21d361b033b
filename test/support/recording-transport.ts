/** A transport that keeps what is sent through it, and can be told to answer in the server's place. */
import type { Transport, TransportAnswer } from '../../src/api/transport.ts';

export interface RecordedRequest {
  /** Method and path without prefix and query, such as `POST /nodes`. */
  readonly route: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into requests of every shape.
  readonly body: any;
}

export interface Recording {
  readonly transport: Transport;
  /** In the order in which they were sent. */
  readonly requests: RecordedRequest[];
  /** How many requests were unanswered at once, at most. */
  mostInFlight(): number;
  /** Bodies of the requests to one route, in order. */
  bodiesOf(route: string): RecordedRequest['body'][];
}

/** Answers a request itself, or gives undefined to let the inner transport answer. */
export type Intercept = (
  request: RecordedRequest,
) => Promise<TransportAnswer | undefined> | TransportAnswer | undefined;

export function recordingTransport(inner: Transport, intercept: Intercept = () => undefined): Recording {
  const requests: RecordedRequest[] = [];
  let inFlight = 0;
  let most = 0;
  return {
    requests,
    mostInFlight: () => most,
    bodiesOf: (route) => requests.filter((request) => request.route === route).map(({ body }) => body),
    transport: {
      async send(request) {
        const path = new URL(request.url, 'http://server').pathname.replace(/^\/api\/(v3|skep)/, '');
        const recorded = {
          route: `${request.method} ${path}`,
          body: request.body === undefined ? undefined : JSON.parse(request.body.toString()),
        };
        requests.push(recorded);
        most = Math.max(most, ++inFlight);
        try {
          return (await intercept(recorded)) ?? (await inner.send(request));
        } finally {
          inFlight--;
        }
      },
      close: () => inner.close(),
    },
  };
}

/** An answer with a JSON body, for {@link Intercept}. */
export function jsonAnswer(body: unknown, status = 200): TransportAnswer {
  return { status, contentType: 'application/json', text: JSON.stringify(body) };
}
