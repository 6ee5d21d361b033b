/**
 * Typed calls to a server, retried as the protocol asks: connection errors, 5xx and 423/429 with exponential back-off
 * and jitter within a budget, and not before the server wants it (`retry-after`); other 4xx never. Every write of the
 * protocol is safe to repeat. Source: client §3.
 */
import { type Clock, systemClock } from '../core/clock.ts';
import type { Config } from '../core/config.ts';
import { messageOf, SkepError } from '../core/errors.ts';
import { type Random, systemRandom } from '../core/random.ts';
import { PROTOCOL_VERSION } from '../core/version.ts';
import { parseJson } from './json.ts';
import { type AnswerOf, type BodyOf, type ParamsOf, type QueryOf, type Route, SURFACE_PREFIX } from './route.ts';
import type { Transport, TransportAnswer, TransportRequest } from './transport.ts';
import { trustProblem } from './trust.ts';

/** How a {@link Requester} reaches its server. Times are in seconds. */
export interface RequesterOptions {
  readonly transport: Transport;
  /** Path below the origin at which the compatible routes live; default `/api/v3`. */
  readonly prefix?: string;
  /** Token of the server, sent as a bearer token. */
  readonly token?: string;
  /** Seconds until one attempt is given up. Default 20. */
  readonly requestTimeout?: number;
  /** Attempts of one request. Default 10. */
  readonly retriesAttempts?: number;
  /** Seconds after which a failing request is not tried again. Default 300. */
  readonly retriesTimeout?: number;
  readonly clock?: Clock;
  readonly random?: Random;
}

/** What a call carries; parts that the route does not have are left out. */
export type CallInput<R extends Route> = Part<'params', ParamsOf<R>> &
  Part<'query', QueryOf<R>> &
  Part<'body', BodyOf<R>>;
type Part<Name extends string, Value> =
  Record<string, never> extends Value ? { readonly [Key in Name]?: Value } : { readonly [Key in Name]: Value };

export interface CallOptions {
  /** Gives the call up: the pending attempt is cut and no other follows. */
  readonly signal?: AbortSignal;
  /** Seconds until one attempt is given up, in place of the requester's own. */
  readonly timeout?: number;
  /** Attempts of this call, in place of the requester's own; 1 = no retry. */
  readonly attempts?: number;
}

/** Makes spans of requests, for those who follow a run through its processes. */
export interface RequestTrace {
  /** Called before each attempt; `end` gets the status of the answer, or none, and what went wrong. */
  begin(label: string): { readonly traceparent: string; end(status: number | undefined, failure?: string): void };
}

/** Whoever calls the server: a requester, or one whose calls can be cut. */
export type Caller = Pick<Requester, 'call'>;

/** Calls routes of a server: it adds prefix and token, checks answers, and repeats what may succeed later. */
export class Requester {
  readonly #options: Required<RequesterOptions>;
  /** Whether the server has answered anything so far. */
  #isKnown = false;
  /** Sent with every request for the server's log, such as workflow_run_id. */
  readonly context: Record<string, string | number> = {};
  /** Where its requests stand in a trace; undefined: in none. */
  trace: RequestTrace | undefined;

  constructor(options: RequesterOptions) {
    this.#options = {
      prefix: SURFACE_PREFIX.v3,
      token: '',
      requestTimeout: 20,
      retriesAttempts: 10,
      retriesTimeout: 300,
      clock: systemClock,
      random: systemRandom,
      ...options,
    };
  }

  /** A requester with the `http` settings of a configuration. */
  static fromConfig(
    http: Config['http'],
    transport: Transport,
    parts: { token?: string; prefix?: string } = {},
  ): Requester {
    return new Requester({
      transport,
      prefix: parts.prefix ?? http.route_prefix,
      token: parts.token ?? http.token,
      requestTimeout: http.request_timeout,
      retriesAttempts: http.retries_attempts,
      retriesTimeout: http.retries_timeout,
    });
  }

  /**
   * Calls a route and gives back its answer.
   * @throws SkepError `request_refused` for a 4xx, `unauthorized` for 401, `not_permitted` for 403, `request_failed` when the
   * budget of retries is spent, `server_untrusted` when a server that has not answered yet is not believed or does not
   * believe us, `answer_malformed` when the answer is not JSON. The sentence names route, status and the server's message.
   */
  async call<R extends Route>(route: R, input: CallInput<R>, options: CallOptions = {}): Promise<AnswerOf<R>> {
    return this.#send(this.#requestOf(route, input as CallParts, options), options) as Promise<AnswerOf<R>>;
  }

  close(): Promise<void> {
    return this.#options.transport.close();
  }

  #requestOf(route: Route, input: CallParts, { timeout, signal }: CallOptions): LabelledRequest {
    return {
      label: `${route.method} ${route.path}`,
      method: route.method,
      url: this.#urlOf(route, input),
      headers: this.#headers(),
      // Bytes, which lie outside of the heap: what waits for an answer there becomes costly garbage in bulk.
      ...(route.method === 'GET' ? {} : { body: Buffer.from(JSON.stringify(input.body ?? {})) }),
      timeout: timeout ?? this.#options.requestTimeout,
      ...(signal ? { signal } : {}),
    };
  }

  /** Holds nothing of the call but its request, so that what was encoded need not stay. */
  async #send(request: LabelledRequest, options: CallOptions): Promise<unknown> {
    const { clock, random, retriesAttempts, retriesTimeout } = this.#options;
    const attempts = options.attempts ?? retriesAttempts;
    const started = clock.monotonic();
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#attempt(request);
      if ('answer' in outcome) return outcome.answer;
      const spent = (clock.monotonic() - started) / 1000;
      if (!outcome.retry || attempt >= attempts || spent > retriesTimeout || options.signal?.aborted)
        throw outcome.error;
      const wait = (2 ** (attempt - 1) + random.fraction()) * FIRST_WAIT;
      await clock.sleep(wait + (outcome.retryAfter ?? 0) * 1000, options.signal);
      if (options.signal?.aborted) throw outcome.error;
    }
  }

  async #attempt({ label, ...request }: LabelledRequest): Promise<Outcome> {
    let answer: TransportAnswer;
    const span = this.trace?.begin(label);
    const headers = span === undefined ? request.headers : { ...request.headers, traceparent: span.traceparent };
    try {
      answer = await this.#options.transport.send({ ...request, headers });
      span?.end(answer.status, answer.status >= 400 ? `status ${answer.status}` : undefined);
    } catch (cause) {
      span?.end(undefined, messageOf(cause));
      return this.#noAnswer(label, cause);
    }
    this.#isKnown = true;
    return interpret(label, answer);
  }

  /** A certificate that runs out while a workflow does may be renewed meanwhile; one that was never believed will not be. */
  #noAnswer(label: string, cause: unknown): Outcome {
    const problem = trustProblem(cause);
    if (problem !== undefined && !this.#isKnown) {
      const sentence = `${label}: the server cannot be trusted: ${problem}.`;
      return { error: new SkepError('server_untrusted', sentence, { cause }), retry: false };
    }
    const sentence = `${label}: no answer from the server (${problem ?? messageOf(cause)}).`;
    return { error: new SkepError('request_failed', sentence, { cause }), retry: true };
  }

  #urlOf(route: Route, { params = {}, query = {} }: CallParts): string {
    const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value === undefined || value === null) continue;
      for (const item of Array.isArray(value) ? value : [value]) search.append(name, String(item));
    }
    search.set('client_jobmon_version', PROTOCOL_VERSION);
    const { prefix } = this.#options;
    const root = route.surface === 'v3' ? prefix : prefix.replace(/\/v3$/, '/skep');
    return `${root}${path}?${search}`;
  }

  #headers(): Record<string, string> {
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'x-server-structlog-context': JSON.stringify(this.context),
    };
    if (this.#options.token !== '') headers.authorization = `Bearer ${this.#options.token}`;
    return headers;
  }
}

/** Milliseconds before the second attempt; each further wait doubles. Peers wait 1, 2, 4 … s; a local server is back sooner. */
const FIRST_WAIT = 250;

interface CallParts {
  readonly params?: Record<string, unknown>;
  readonly query?: Record<string, unknown>;
  readonly body?: unknown;
}

/** With what errors call it. */
type LabelledRequest = TransportRequest & { readonly label: string };

type Outcome =
  | { readonly answer: unknown }
  | { readonly error: SkepError; readonly retry: boolean; readonly retryAfter?: number | undefined };

/** Seconds: a server that wants to be left alone for longer is asked before. */
const LONGEST_RETRY_AFTER = 60;

function interpret(label: string, { status, contentType, text, retryAfter = 0 }: TransportAnswer): Outcome {
  if (status >= 500 || status === 423 || status === 429) {
    return {
      error: new SkepError('request_failed', `${label}: status ${status}, ${serverMessage(text)}.`),
      retry: true,
      retryAfter: Math.min(retryAfter, LONGEST_RETRY_AFTER),
    };
  }
  if (status >= 300) {
    return { error: refusal(label, status, text), retry: false };
  }
  if (!contentType.includes('application/json')) {
    return {
      error: new SkepError('answer_malformed', `${label}: the answer is ${contentType || 'untyped'}, not JSON.`),
      retry: false,
    };
  }
  try {
    return { answer: parseJson(text) };
  } catch (cause) {
    return {
      error: new SkepError('answer_malformed', `${label}: the answer is not valid JSON.`, { cause }),
      retry: true,
    };
  }
}

/** Who is not known is told so; who is known and may not hears it in the words of the server. Neither is tried again. */
function refusal(label: string, status: number, text: string): SkepError {
  const said = serverMessage(text);
  if (status === 403) return new SkepError('not_permitted', `${said}.`);
  if (status === 404) return new SkepError('not_found', `${label}: status 404, ${said}.`);
  if (status !== 401) return new SkepError('request_refused', `${label}: status ${status}, ${said}.`);
  // By a full stop some routes say that they know who asks, and that the workflow is not his. Source: http-views §6.
  if (text.includes('"Unauthorized."'))
    return new SkepError('not_permitted', `${label}: that is for the owner of the workflow.`);
  return new SkepError('unauthorized', `${label}: status 401, ${said}.`);
}

/** The human part of an error body, without its full stop: the envelope's message, or `detail`, or the text itself. */
function serverMessage(text: string): string {
  try {
    const body = JSON.parse(text);
    const message = body?.error?.exception_message ?? body?.error ?? body?.detail ?? text;
    return typeof message === 'string' ? message.replace(/\.$/, '') : JSON.stringify(message);
  } catch {
    return text.slice(0, 500);
  }
}
