/** How requests reach a server, handed to the requester: over HTTP in production, inside the process in tests. */
import type { IncomingMessage } from 'node:http';
import { urlToHttpOptions } from 'node:url';
import type { Method } from './route.ts';
import type { Trust } from './trust.ts';

export interface TransportRequest {
  /** DELETE: of other services than ours. */
  readonly method: Method | 'DELETE';
  /** Path and query below the origin, escaped. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON in UTF-8; absent for GET. */
  readonly body?: Buffer;
  /** Seconds until the request is given up with an error. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

export interface TransportAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** Seconds after which the server wants to be asked again, where it says so. */
  readonly retryAfter?: number;
}

/** The way of one request to a server and of its answer back; {@link httpTransport} makes the usual one. */
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

export interface TransportOptions {
  /** Bytes after which an answer is cut off as an error. Default: a trusted server's may have any length. */
  readonly longestAnswer?: number;
  /** Whose certificates are believed, and which is shown. Default: what Node believes, and none. */
  readonly trust?: Trust;
  /** The status is all that is wanted: what follows it is not read. */
  readonly statusOnly?: boolean;
}

/** A transport over HTTP, or HTTP over TLS, to `origin`, such as `http://127.0.0.1:8070`, with connections kept open. */
export function httpTransport(origin: string, options: TransportOptions = {}): Transport {
  const { Agent, request } = protocolOf(origin);
  const address = urlToHttpOptions(new URL(origin));
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, ...options.trust });
  return {
    send({ method, url, headers, body, timeout, signal }) {
      return new Promise((resolve, reject) => {
        const length = body && { 'content-length': body.length };
        const sent = request(
          { ...address, path: url, agent, method, headers: { ...headers, ...length }, timeout: timeout * 1000, signal },
          (answer) => receive(answer, options, resolve, reject),
        );
        sent.on('error', reject);
        sent.on('timeout', () => sent.destroy(new Error(`no answer within ${timeout} s`)));
        sent.end(body);
      });
    },
    async close() {
      agent.destroy();
    },
  };
}

/**
 * Node's client for the protocol. Not imported: that would read every export, and one of them brings in all that a
 * browser knows of the network, which would be a fifth of the start of a worker.
 */
function protocolOf(origin: string): Pick<typeof import('node:http'), 'Agent' | 'request'> {
  return origin.startsWith('https:') ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http');
}

function receive(
  answer: IncomingMessage,
  { longestAnswer: longest = Number.POSITIVE_INFINITY, statusOnly }: TransportOptions,
  resolve: (answer: TransportAnswer) => void,
  reject: (error: Error) => void,
): void {
  const { statusCode: status = 0, headers } = answer;
  const contentType = headers['content-type'] ?? '';
  if (statusOnly) {
    resolve({ status, contentType, text: '' });
    answer.destroy();
    return;
  }
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  const chunks: Buffer[] = [];
  let length = 0;
  answer.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > longest) answer.destroy(new Error(`the answer is longer than ${longest} bytes`));
    else chunks.push(chunk);
  });
  answer.on('end', () => {
    const text = Buffer.concat(chunks).toString();
    resolve({ status, contentType, text, ...(seconds >= 0 && { retryAfter: seconds }) });
  });
  answer.on('error', reject);
}
