import type { Transport } from '../../src/api/transport.ts';

export interface FakeRequest {
  readonly method: string;
  /** Below `/api`, such as `/v3/time`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
}

/** Makes the transport answer with a status other than 200; `cut` lets no answer come at all. */
export class FakeFailure extends Error {
  readonly status: number;
  constructor(status: number | 'cut') {
    super(status === 'cut' ? 'connection cut' : `status ${status}`);
    this.status = status === 'cut' ? 0 : status;
  }
}

export interface FakeTransport extends Transport {
  readonly requests: FakeRequest[];
  /** `METHOD /path` of every request so far. */
  readonly lines: string[];
  closed: boolean;
}

/** A transport inside the process: `answer` gives the JSON of each answer, or throws a {@link FakeFailure}. */
export function fakeTransport(answer: (request: FakeRequest) => unknown): FakeTransport {
  const requests: FakeRequest[] = [];
  return {
    requests,
    closed: false,
    get lines() {
      return requests.map(({ method, path }) => `${method} ${path}`);
    },
    async send({ method, url, body, signal }) {
      const { pathname, searchParams } = new URL(url, 'http://fake');
      const request = {
        method,
        path: pathname.replace(/^\/api/, ''),
        query: Object.fromEntries(searchParams),
        body: body === undefined ? undefined : JSON.parse(body.toString()),
      };
      signal?.throwIfAborted();
      requests.push(request);
      try {
        const value = await orAborted(Promise.resolve(answer(request)), signal);
        return { status: 200, contentType: 'application/json', text: JSON.stringify(value ?? {}) };
      } catch (error) {
        if (!(error instanceof FakeFailure) || error.status === 0) throw error;
        return { status: error.status, contentType: 'application/json', text: '{"error":"scripted"}' };
      }
    },
    async close() {
      this.closed = true;
    },
  };
}

/** The promise, or a rejection as soon as the request is given up. */
function orAborted<Value>(promise: Promise<Value>, signal?: AbortSignal): Promise<Value> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    promise.then(resolve, reject);
  });
}
