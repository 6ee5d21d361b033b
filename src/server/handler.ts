import type { AnswerOf, BodyOf, ParamsOf, QueryOf, Route } from '../api/route.ts';
import type { RouteName, routes } from '../api/routes.ts';
import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config.ts';
import type { Logger } from '../core/log.ts';
import type { ProcessLauncher } from '../core/process.ts';
import type { Random } from '../core/random.ts';
import type { Principal } from './access/principal.ts';
import type { Database } from './db/database.ts';
import type { Feed } from './feed.ts';
import type { Hearing } from './hearing.ts';
import type { Leadership } from './leadership.ts';
import type { Onlookers } from './onlookers.ts';
import type { Pictures } from './pictures.ts';
import type { RunStarter } from './run-starter.ts';

/** What handlers and operations work with. */
export interface Services {
  readonly database: Database;
  /** The name of the account of the server, as its own runs of workflows have it. */
  readonly user: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly config: Config;
  readonly processes: ProcessLauncher;
  readonly feed: Feed;
  readonly hearing: Hearing;
  readonly leadership: Leadership;
  readonly pictures: Pictures;
  readonly onlookers: Onlookers;
  /** Undefined: nobody said how to start runs. */
  readonly runs?: RunStarter | undefined;
}

/** A request after validation: every part has the shape that its route declares. */
export interface HandlerRequest<R extends Route> {
  readonly params: ParamsOf<R>;
  readonly query: QueryOf<R>;
  readonly body: BodyOf<R>;
  readonly services: Services;
  readonly principal: Principal;
  /** From which the request came. */
  readonly address: string;
  /** Aborted when the client has gone away or the server closes. */
  readonly signal: AbortSignal;
}

/** Answers a route: parse, one operation, answer. A SkepError that it throws becomes the error answer of its code. */
export type Handler<R extends Route> = (request: HandlerRequest<R>) => Promise<AnswerOf<R>>;

/** One handler for every route. */
export type Handlers = { readonly [Name in RouteName]: Handler<(typeof routes)[Name]> };

/** An answer of a shape of its own, such as `{"error": text}` or `{"detail": text}`: thrown, it is sent as it is. */
export class HttpAnswer extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`HTTP ${status}: ${JSON.stringify(body)}`);
    this.name = 'HttpAnswer';
    this.status = status;
    this.body = body;
  }
}
