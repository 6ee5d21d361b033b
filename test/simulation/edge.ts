/** From a request to the handler of its route and back: what the app of production does, without its web framework. */
import { type Route, SURFACE_PREFIX } from '../../src/api/route.ts';
import { routes } from '../../src/api/routes.ts';
import type { Transport, TransportAnswer } from '../../src/api/transport.ts';
import { itself } from '../../src/server/access/principal.ts';
import { offeredRoutes } from '../../src/server/app.ts';
import { type Answerer, type AnyHandler, answererOf } from '../../src/server/edge/answerer.ts';
import { errorAnswer, jsonAnswer } from '../../src/server/edge/error-answers.ts';
import { parseBody } from '../../src/server/edge/parse-body.ts';
import type { Services } from '../../src/server/handler.ts';
import { handlers } from '../../src/server/routes/index.ts';

type Request = Parameters<Transport['send']>[0];

interface Entry {
  readonly route: Route;
  readonly answer: Answerer;
  /** The parts of the path; a parameter's begins with `{`. */
  readonly parts: readonly string[];
}

export class Edge {
  readonly #services: Services;
  readonly #offered: ReadonlySet<Route>;

  constructor(services: Services) {
    this.#services = services;
    this.#offered = new Set(Object.values(offeredRoutes(services.config)));
  }

  /** Answers as production would, refusals included. Never rejects. */
  async answer({ method, url, body, signal = NEVER }: Request): Promise<TransportAnswer> {
    const [path = '', query = ''] = url.split('?', 2);
    const parts = path.split('/');
    const entry = ENTRIES.get(`${method} ${parts.length}`)?.find((each) => fits(each.parts, parts));
    if (entry === undefined || !this.#offered.has(entry.route)) return jsonAnswer(404, { detail: 'Not Found' });
    const { route, answer } = entry;
    try {
      const raw = {
        params: paramsOf(entry.parts, parts),
        query: queryOf(query),
        body: parseBody(body?.toString() ?? ''),
        principal: itself(this.#services.user),
        address: 'simulated',
      };
      return jsonAnswer(200, await answer(raw, this.#services, signal));
    } catch (error) {
      return errorAnswer(error, route.plainErrors, this.#services.log);
    }
  }
}

const NEVER = new AbortController().signal;

/** Made once for all histories of a process, by method and number of parts; names that are fixed come before parameters. */
const ENTRIES = Map.groupBy(
  Object.entries<Route>(routes)
    .map(([name, route]): Entry => {
      const handle = handlers[name as keyof typeof handlers] as AnyHandler;
      const parts = `${SURFACE_PREFIX[route.surface]}${route.path}`.split('/');
      return { route, answer: answererOf(route, handle), parts };
    })
    .sort((one, other) => one.parts.filter(isParameter).length - other.parts.filter(isParameter).length),
  ({ route, parts }) => `${route.method} ${parts.length}`,
);

function isParameter(part: string): boolean {
  return part.startsWith('{');
}

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  return pattern.every((part, index) => part === parts[index] || isParameter(part));
}

function paramsOf(pattern: readonly string[], parts: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    if (isParameter(part)) params[part.slice(1, -1)] = decodeURIComponent(parts[index] ?? '');
  }
  return params;
}

function queryOf(text: string): Record<string, string[]> {
  const query: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) query[name] = [...(query[name] ?? []), value];
  return query;
}
