import fastify, { type FastifyInstance } from 'fastify';
import type { Route } from '../api/route.ts';
import { routes } from '../api/routes.ts';
import type { Tracer } from '../api/tracing/tracer.ts';
import type { Config } from '../core/config.ts';
import { authenticate } from './access/authenticate.ts';
import { withoutTokenPrefix } from './access/token-prefix.ts';
import { userTokens } from './access/tokens.ts';
import { acceptJsonBodies } from './edge/body.ts';
import type { ServerCertificate } from './edge/certificate.ts';
import { compressAnswers } from './edge/compression.ts';
import { limitConnections, timeLimits } from './edge/connections.ts';
import { addRoutes } from './edge/dispatch.ts';
import { answerError, answerJson } from './edge/error-answers.ts';
import { OPENAPI_PATH, openApiDocument } from './edge/openapi.ts';
import { admitOrigins, originCheck } from './edge/origins.ts';
import { limitGuesses, limitRequests } from './edge/rates.ts';
import { logOf, logRequests } from './edge/request-log.ts';
import { addSecurityHeaders } from './edge/security-headers.ts';
import { traceRequests } from './edge/tracing.ts';
import { unmatchedAnswer } from './edge/unmatched.ts';
import type { Services } from './handler.ts';
import { serveHealth } from './health.ts';
import { openLogin } from './login/open.ts';
import { serveMetrics } from './metrics/serve.ts';
import { noteFailure, Traffic } from './metrics/traffic.ts';
import { servePage } from './page/serve.ts';
import { Readiness } from './readiness.ts';
import { handlers } from './routes/index.ts';
import { createServices, type ServiceParts } from './services.ts';

export interface ServerOptions extends ServiceParts {
  /** The token that requests must carry; empty: no check. */
  readonly token: string;
  /** With it, TLS is spoken, and nothing else. */
  readonly certificate?: ServerCertificate | undefined;
  /** Makes spans of requests. Default: nobody does. */
  readonly tracer?: Tracer | undefined;
}

export interface Server {
  readonly app: FastifyInstance;
  readonly services: Services;
  /** Begins to count for the metrics now, and not when somebody first asks for them; nothing where they are not offered. */
  measure(): Promise<void>;
  /** Says from now on that it is not ready, and goes on answering. */
  drain(): void;
  /** Ends waiting requests, lets the others finish, and stops listening. The database stays open. */
  close(): Promise<void>;
}

/** The server of the API over an open database; it answers injected requests at once, and others when it listens. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { token, certificate, tracer, ...parts } = options;
  const { config, log } = parts;
  const services = createServices(parts);
  const login = openLogin({ ...parts, token });
  const limits = timeLimits(config.server.receive_timeout);
  const app = fastify({
    bodyLimit: config.server.body_limit,
    // The longest names and hashes of the wire, escaped; longer ones match no row either.
    routerOptions: { maxParamLength: 4096 },
    rewriteUrl: (request) => withPlainSlashes(withoutTokenPrefix(request)),
    forceCloseConnections: 'idle',
    requestTimeout: limits.requestTimeout,
    http: limits,
    // Typed, it would make another kind of app, which it is in nothing that is used here.
    ...(certificate && ({ https: { ...limits, ...certificate.options } } as object)),
    // Addresses that cannot be read at all.
    frameworkErrors: (error, _request, reply) => answerError(error, reply, log),
  });
  const offered = offeredRoutes(config);
  const traffic = new Traffic();
  const readiness = new Readiness(services);
  traffic.watch(app);
  if (tracer !== undefined) traceRequests(app, tracer, parts.database);
  acceptJsonBodies(app);
  addSecurityHeaders(app);
  const isAllowed = originCheck(config.server.allowed_origins);
  admitOrigins(app, isAllowed);
  if (token !== '') limitGuesses(app, config.auth.wrong_tokens_per_minute, parts.clock);
  authenticate(app, {
    token,
    user: services.user,
    isAllowed,
    publicOrigin: login?.publicOrigin ?? '',
    authenticators: [userTokens(services), ...(login === undefined ? [] : [login.authenticator])],
  });
  limitConnections(app, config.server.max_connections, parts.clock);
  limitRequests(app, config.server.requests_per_second, parts.clock);
  compressAnswers(app);
  logRequests(app, log);
  app.setErrorHandler((error, request, reply) => {
    noteFailure(request, error);
    return answerError(error, reply, logOf(request, log));
  });
  app.setNotFoundHandler(unmatchedAnswer(Object.values(offered)));
  // Each handler takes the parts that its own route declares, and gets them from that declaration.
  addRoutes(app, offered, handlers as never, services);
  addDescription(app, offered);
  servePage(app, parts.random, login?.path);
  login?.serve(app);
  serveHealth(app, readiness);
  const { metrics, metrics_open } = config.telemetry;
  const served = metrics ? serveMetrics(app, { services, traffic, readiness }, metrics_open) : undefined;
  app.addHook('preClose', async () => {
    services.feed.close();
    services.onlookers.close();
  });
  await app.ready();
  return {
    app,
    services,
    measure: async () => served?.load(),
    drain: () => readiness.drain(),
    close() {
      readiness.drain();
      return app.close();
    },
  };
}

/** The routes that a server of this configuration has, by name. */
export function offeredRoutes(config: Config): Readonly<Record<string, Route>> {
  return Object.fromEntries(
    Object.entries<Route>(routes).filter(([, { surface }]) => config.server.extensions || surface === 'v3'),
  );
}

/** An escaped slash separates like a plain one, so a parameter never holds one. Source: http-fsm §1.2. */
function withPlainSlashes(url: string): string {
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  return path.replace(/%2f/gi, '/') + url.slice(path.length);
}

function addDescription(app: FastifyInstance, offered: Readonly<Record<string, Route>>): void {
  app.get(OPENAPI_PATH, { config: { name: 'openapi' } }, async (_request, reply) =>
    answerJson(reply, 200, openApiDocument(offered)),
  );
}
