/** The description of the API in the OpenAPI format, made of the same declarations that the server checks requests by. */
import type { TObject, TSchema } from 'typebox';
import { type Route, SURFACE_PREFIX } from '../../api/route.ts';
import { SKEP_VERSION } from '../../core/version.ts';

/** Path at which the description is served. */
export const OPENAPI_PATH = '/api/openapi.json';

/** An OpenAPI 3.1 document of all `routes`; the keys are the operations' ids. */
export function openApiDocument(routes: Readonly<Record<string, Route>>): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, route] of Object.entries(routes)) {
    const path = `${SURFACE_PREFIX[route.surface]}${route.path}`;
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = operationOf(name, route);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Skep', version: SKEP_VERSION },
    paths,
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  };
}

function operationOf(name: string, route: Route): object {
  return {
    operationId: name,
    tags: [route.surface],
    summary: route.summary,
    security: route.open ? [] : [{ token: [] }],
    parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
    ...(route.method === 'GET' ? {} : { requestBody: { required: true, content: json(route.body) } }),
    responses: {
      200: { description: 'Carried out.', content: json(route.answer) },
      400: { description: 'The body does not fit; the message names the field at fault.' },
      422: { description: 'A path or query parameter is missing or does not fit.' },
    },
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
