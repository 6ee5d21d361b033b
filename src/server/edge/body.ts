/** Reading request bodies: JSON whatever the content type says, without loss, always an object. Source: http-fsm §1. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Route } from '../../api/route.ts';
import { SkepError } from '../../core/errors.ts';
import { HttpAnswer } from '../handler.ts';
import { faultsAnswer } from './faults.ts';
import { faultsOf, type SchemaFault, validatorOf } from './narrow-fault.ts';
import { parseBody } from './parse-body.ts';

/** Makes the app parse every body as JSON text. An empty body is an empty object: the route's schema decides on it. */
export function acceptJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async (request: FastifyRequest, bytes: string | Buffer) => {
    refuseCompressed(request.headers['content-encoding']);
    return parseBody(bytes.toString());
  });
}

/** Nobody has a use for it, and a kilobyte can be made to unfold into a gigabyte. */
function refuseCompressed(encoding: string | undefined): void {
  if (encoding === undefined || encoding === 'identity') return;
  throw new HttpAnswer(415, { detail: `A request body is sent as it is, not with content-encoding ${encoding}.` });
}

/**
 * The check of a route's body, compiled when the first body comes: a server that lives for one workflow needs few of them.
 * @throws (the check) SkepError `invalid_usage` naming the field at fault and what was expected there; the answer of
 * {@link faultsAnswer} saying the same where the route declares it.
 */
export function bodyCheck(route: Route): (body: unknown) => void {
  return (body) => {
    if (validatorOf(route.body).Check(body)) return;
    const { sentence, path, input } = describeFault(faultsOf(route.body, body), body);
    if (route.bodyFaults === 'envelope') throw new SkepError('invalid_usage', sentence);
    throw faultsAnswer([{ type: 'value_error', loc: ['body', ...path], msg: sentence, input }]);
  };
}

interface DescribedFault {
  readonly sentence: string;
  /** The steps to the field at fault. */
  readonly path: readonly string[];
  /** What stands there, as text; null for nothing. */
  readonly input: string | null;
}

/** The fault that lies deepest says most: above it stand only "no alternative matches" and the like. */
function describeFault(errors: readonly SchemaFault[], body: unknown): DescribedFault {
  const depth = Math.max(...errors.map(({ instancePath }) => instancePath.split('/').length));
  const deepest = errors.filter(({ instancePath }) => instancePath.split('/').length === depth);
  const [first] = deepest;
  const path = first?.instancePath ?? '';
  if (first?.keyword === 'required') {
    const missing = first.params.requiredProperties.map((name) => `${path}/${name}`);
    const sentence = `The request body lacks ${missing.map(fieldName).join(', ')}.`;
    return { sentence, path: stepsOf(missing[0] ?? path), input: null };
  }
  const expected = [...new Set(deepest.filter(({ keyword }) => keyword !== 'anyOf').map(({ message }) => message))];
  const place = path === '' ? 'The request body' : `Field ${fieldName(path)} of the request body`;
  const input = path === '' ? null : excerpt(valueAt(body, path));
  const found = input === null ? '' : `, not ${input}`;
  return { sentence: `${place} ${expected.join(' or ')}${found}.`, path: stepsOf(path), input };
}

/** The steps of a JSON pointer as people write them. */
function fieldName(pointer: string): string {
  return pointer.slice(1).replaceAll('/', '.');
}

/** Long enough to recognise a value, short enough for a sentence. */
const EXCERPT_LENGTH = 80;

function excerpt(value: unknown): string {
  const text = JSON.stringify(beginningOf(value)) ?? 'nothing';
  return text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)}…` : text;
}

/** What an excerpt can show of a value: to write out all of a large one would take seconds. */
function beginningOf(value: unknown, levels = 3): unknown {
  if (typeof value === 'string') return value.slice(0, EXCERPT_LENGTH);
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return '…';
  if (Array.isArray(value)) return value.slice(0, EXCERPT_LENGTH / 2).map((part) => beginningOf(part, levels - 1));
  const entries = Object.entries(value).slice(0, EXCERPT_LENGTH / 4);
  return Object.fromEntries(
    entries.map(([key, part]) => [key.slice(0, EXCERPT_LENGTH), beginningOf(part, levels - 1)]),
  );
}

/** Follows a JSON pointer. */
function valueAt(body: unknown, pointer: string): unknown {
  let value = body;
  for (const step of stepsOf(pointer)) value = (value as Record<string, unknown> | undefined)?.[step];
  return value;
}

function stepsOf(pointer: string): string[] {
  if (pointer === '') return [];
  const steps = pointer.slice(1).split('/');
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
