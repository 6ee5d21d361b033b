/** Reading request bodies: JSON whatever the content type says, without loss, always an object. Source: http-fsm §1. */
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import Compile from 'typebox/compile';
import { parseJson } from '../../api/json.ts';
import type { Route } from '../../api/route.ts';
import { messageOf, SkepError } from '../../core/errors.ts';

/** Makes the app parse every body as JSON text. An empty body is an empty object: the route's schema decides on it. */
export function acceptJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, async (_request: unknown, text: string | Buffer) =>
    parseBody(String(text)),
  );
}

/** Messages have a handful of levels; far more would exhaust the stack of whoever walks through them later. */
const DEEPEST_NESTING = 100;

function parseBody(text: string): Record<string, unknown> {
  if (text === '') return {};
  let body: unknown;
  try {
    body = parseJson(withoutLoneSurrogates(text));
  } catch (cause) {
    throw new SkepError('invalid_usage', `The request body is not valid JSON: ${messageOf(cause)}.`, { cause });
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new SkepError('invalid_usage', 'The request body must be a JSON object.');
  }
  if (isDeeperThan(body, DEEPEST_NESTING)) {
    throw new SkepError('invalid_usage', `The request body is nested more than ${DEEPEST_NESTING} levels deep.`);
  }
  // Old peers put the context for the log, which newer ones send as a header, beside the message.
  const { server_structlog_context: _context, ...message } = body as Record<string, unknown>;
  return message;
}

/** One escape of JSON text; those of a whole surrogate pair are taken together. */
const ESCAPE = /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[dD][89a-fA-F][\da-fA-F]{2}|.)/g;
const LONE_SURROGATE = /^\\u.{4}$/;

/**
 * Half a character, as Python escapes a byte that is no UTF-8, is no Unicode text: the database would keep something else
 * than what came. It becomes the replacement character, because the output of a command must not make its report invalid.
 */
function withoutLoneSurrogates(text: string): string {
  if (!/\\u[dD][89a-fA-F]/.test(text)) return text;
  return text.replace(ESCAPE, (part) => (LONE_SURROGATE.test(part) ? '\\ufffd' : part));
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((part) => isDeeperThan(part, levels - 1));
}

/**
 * The check of a route's body, compiled when the first body comes: a server that lives for one workflow needs few of them.
 * @throws (the check) SkepError `invalid_usage` naming the field at fault and what was expected there.
 */
export function bodyCheck(route: Route): (body: unknown) => void {
  let validator: ReturnType<typeof Compile> | undefined;
  return (body) => {
    validator ??= Compile(Type.Unsafe(route.body));
    if (validator.Check(body)) return;
    throw new SkepError('invalid_usage', describeFault(validator.Errors(body), body));
  };
}

type Fault = ReturnType<ReturnType<typeof Compile>['Errors']>[number];

/** The fault that lies deepest says most: above it stand only "no alternative matches" and the like. */
function describeFault(errors: readonly Fault[], body: unknown): string {
  const depth = Math.max(...errors.map(({ instancePath }) => instancePath.split('/').length));
  const deepest = errors.filter(({ instancePath }) => instancePath.split('/').length === depth);
  const [first] = deepest;
  const path = first?.instancePath ?? '';
  if (first?.keyword === 'required') {
    const names = first.params.requiredProperties.map((name) => fieldName(`${path}/${name}`));
    return `The request body lacks ${names.join(', ')}.`;
  }
  const expected = [...new Set(deepest.filter(({ keyword }) => keyword !== 'anyOf').map(({ message }) => message))];
  const place = path === '' ? 'The request body' : `Field ${fieldName(path)} of the request body`;
  const found = path === '' ? '' : `, not ${excerpt(valueAt(body, path))}`;
  return `${place} ${expected.join(' or ')}${found}.`;
}

/** The steps of a JSON pointer as people write them. */
function fieldName(pointer: string): string {
  return pointer.slice(1).replaceAll('/', '.');
}

/** Long enough to recognise a value, short enough for a sentence. */
const EXCERPT_LENGTH = 80;

function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)}…` : text;
}

/** Follows a JSON pointer. */
function valueAt(body: unknown, pointer: string): unknown {
  let value = body;
  for (const step of pointer.slice(1).split('/')) {
    value = (value as Record<string, unknown> | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return value;
}
