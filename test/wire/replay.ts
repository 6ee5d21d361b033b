/** Sends recorded requests again, to a server of ours. */
import { type Route, SURFACE_PREFIX } from '../../src/api/route.ts';
import { type RouteName, routes } from '../../src/api/routes.ts';
import type { Served } from '../server/served.ts';
import { type Answer, comparable } from './comparable.ts';
import type { Exchange } from './recordings.ts';

export interface Replayed {
  readonly exchange: Exchange;
  /** Undefined for the request that matches no route. */
  readonly route: RouteName | undefined;
  readonly recorded: WholeAnswer;
  readonly ours: WholeAnswer;
}

export interface WholeAnswer {
  readonly status: number;
  readonly mediaType: string;
  readonly body: Answer;
}

/** Sends the requests one after the other. Every `last_sync` becomes the time that our server gave in the same place. */
export async function replay(served: Served, exchanges: readonly Exchange[]): Promise<Replayed[]> {
  const ourTimes = new Map<string, string>();
  const replayed: Replayed[] = [];
  for (const exchange of exchanges) {
    const { method, url, request, status, contentType, response } = exchange;
    const payload = request?.replace(LAST_SYNC, (field, time) => field.replace(time, ourTimes.get(time) ?? time));
    const headers = { authorization: 'Bearer secret', 'content-type': 'application/json' };
    const hasBody = method !== 'GET' && payload !== undefined;
    const answer = await served.server.app.inject({ method, url, headers, ...(hasBody ? { payload } : {}) });
    noteTime(ourTimes, response, answer.payload);
    replayed.push({
      exchange,
      route: routeOf(exchange),
      recorded: { status, mediaType: mediaTypeOf(contentType), body: comparable(response) },
      ours: {
        status: answer.statusCode,
        mediaType: mediaTypeOf(String(answer.headers['content-type'])),
        body: comparable(answer.payload),
      },
    });
  }
  return replayed;
}

const LAST_SYNC = /"last_sync": ?"([^"]*)"/;
const TIME = /"time":"([^"]*)"/;

function noteTime(ourTimes: Map<string, string>, recorded: string, ours: string): void {
  const [theirTime, ourTime] = [TIME.exec(recorded)?.[1], TIME.exec(ours)?.[1]];
  if (theirTime !== undefined && ourTime !== undefined) ourTimes.set(theirTime, ourTime);
}

function mediaTypeOf(contentType: string): string {
  return contentType.split(';', 1)[0] ?? '';
}

const patterns = Object.entries<Route>(routes).map(([name, { surface, method, path }]) => ({
  name: name as RouteName,
  method,
  // A path without parameters is met before one with a parameter in its place.
  parameters: path.split('{').length,
  pattern: new RegExp(`^${SURFACE_PREFIX[surface]}${path.replace(/\{\w+\}/g, '[^/]+')}$`),
}));
patterns.sort((a, b) => a.parameters - b.parameters);

/** The route that a request is for. */
export function routeOf({ method, url }: { method: string; url: string }): RouteName | undefined {
  const [path = ''] = url.split('?', 1);
  return patterns.find((known) => known.method === method && known.pattern.test(path))?.name;
}
