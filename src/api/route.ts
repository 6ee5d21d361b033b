/**
 * How a route is declared: once, as data. The server validates by it, the requester is typed by it, and OpenAPI comes
 * out of it.
 */

import { type Static, type TObject, type TSchema, Type } from 'typebox';
import type { Access } from './access.ts';

export type Method = 'GET' | 'POST' | 'PUT';

/** One route of the wire. `path` is below its surface's prefix and names its parameters as `{name}`. */
export interface Route<
  Params extends TObject = TObject,
  Query extends TObject = TObject,
  Body extends TSchema = TSchema,
  Answer extends TSchema = TSchema,
> {
  /** Which surface: the compatible one (`/api/v3`) or our extensions (`/api/skep`). */
  readonly surface: 'v3' | 'skep';
  readonly method: Method;
  readonly path: string;
  /** One sentence for the reference documentation. */
  readonly summary: string;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly answer: Answer;
  /**
   * How a body that does not fit is answered: in the envelope with status 400, or by one entry of `detail` for the fault
   * with status 422. Peers know some routes by the one and some by the other. Source: http-views §1.2.
   */
  readonly bodyFaults: 'envelope' | 'detail';
  /** True: also bad input and failures are answered by `{"detail": text}`, never in the envelope. */
  readonly plainErrors: boolean;
  /** Headers that every answer of the route carries, refusals too. */
  readonly headers: Readonly<Record<string, string>>;
  readonly access: Access;
  /** What people do with it is recorded, with who did it and how it ended (`skep server audit`). */
  readonly audited: boolean;
  /** A refusal for want of permission is `401 {"detail": "Unauthorized."}`, as peers know it of this route. */
  readonly deniedAs401: boolean;
}

const NOTHING = Type.Object({});
type Nothing = typeof NOTHING;

interface Declaration<Params extends TObject, Query extends TObject, Body extends TSchema, Answer extends TSchema> {
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly answer: Answer;
  readonly bodyFaults?: Route['bodyFaults'];
  readonly plainErrors?: boolean;
  readonly headers?: Route['headers'];
  readonly access: Access;
  readonly audited?: boolean;
  readonly deniedAs401?: boolean;
}

type Declare = <
  Answer extends TSchema,
  Params extends TObject = Nothing,
  Query extends TObject = Nothing,
  Body extends TSchema = Nothing,
>(
  method: Method,
  path: string,
  declaration: Declaration<Params, Query, Body, Answer>,
) => Route<Params, Query, Body, Answer>;

const declareOn =
  (surface: Route['surface']): Declare =>
  (method, path, { params, query, body, ...others }) => ({
    bodyFaults: 'envelope',
    plainErrors: false,
    headers: {},
    audited: false,
    deniedAs401: false,
    ...others,
    surface,
    method,
    path,
    params: (params ?? NOTHING) as never,
    query: (query ?? NOTHING) as never,
    body: (body ?? NOTHING) as never,
  });

/** Declares a route of the compatible surface, `/api/v3`. */
export const v3 = declareOn('v3');
/** Declares a route of our own, `/api/skep`. */
export const skep = declareOn('skep');

/** Prefix of each surface on our server. */
export const SURFACE_PREFIX = { v3: '/api/v3', skep: '/api/skep' } as const;

/** What a handler of the route receives and gives back. */
export type ParamsOf<R extends Route> = Static<R['params']>;
export type QueryOf<R extends Route> = Static<R['query']>;
export type BodyOf<R extends Route> = Static<R['body']>;
export type AnswerOf<R extends Route> = Static<R['answer']>;
