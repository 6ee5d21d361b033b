/** The description of the API in the OpenAPI format, made of the same declarations that the server checks requests by. */
import type { TObject, TSchema } from 'typebox';
import { type Route, SURFACE_PREFIX } from '../../api/route.ts';
import { SKEP_VERSION } from '../../core/version.ts';
import { ERROR_RESPONSES, ERROR_SCHEMAS, refusalsOf } from './openapi-errors.ts';

/** Path at which the description is served. */
export const OPENAPI_PATH = '/api/openapi.json';

/** An OpenAPI 3.1 document of all `routes`, by path; the keys are the operations' ids. */
export function openApiDocument(routes: Readonly<Record<string, Route>>): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [path, name, route] of byPath(routes)) {
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = operationOf(name, route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Skep',
      version: SKEP_VERSION,
      license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
    },
    tags: [
      { name: 'v3', description: 'The compatible surface, which foreign clients, distributors and workers use.' },
      { name: 'skep', description: 'Our extensions: change feeds and bulk reports.' },
    ],
    paths,
    components: {
      schemas: ERROR_SCHEMAS,
      responses: ERROR_RESPONSES,
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

/** One order whatever the order of the declarations is, so that a diff of two documents shows what changed. */
function byPath(routes: Readonly<Record<string, Route>>): [path: string, name: string, route: Route][] {
  return Object.entries(routes)
    .map(([name, route]): [string, string, Route] => [`${SURFACE_PREFIX[route.surface]}${route.path}`, name, route])
    .sort(([a, , { method: aMethod }], [b, , { method: bMethod }]) => (`${a} ${aMethod}` < `${b} ${bMethod}` ? -1 : 1));
}

function operationOf(name: string, route: Route): object {
  return {
    operationId: name,
    tags: [route.surface],
    summary: route.summary,
    security: route.access === 'open' ? [] : [{ token: [] }],
    parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
    ...(route.method === 'GET' ? {} : { requestBody: { required: true, content: json(route.body) } }),
    responses: { 200: { description: 'Carried out.', content: json(route.answer) }, ...refusalsOf(route) },
  };
}

function parametersOf(schema: TObject, place: 'path' | 'query'): object[] {
  const required = new Set<string>(schema.required ?? []);
  return Object.entries(schema.properties).map(([name, parameter]) => ({
    name,
    in: place,
    required: required.has(name),
    schema: parameter,
  }));
}

function json(schema: TSchema): object {
  return { 'application/json': { schema: inDialect(schema) } };
}

/** Tuples as the JSON Schema of OpenAPI 3.1 writes them; what the checks are compiled from writes them in the older way. */
function inDialect(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(inDialect);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { additionalItems, ...others } = schema as Record<string, unknown>;
  const parts = Object.fromEntries(Object.entries(others).map(([key, part]) => [key, inDialect(part)]));
  if (!Array.isArray(parts.items)) return parts;
  return { ...parts, prefixItems: parts.items, items: additionalItems ?? true };
}
