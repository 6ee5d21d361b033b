/** What every answer has to be, whatever was asked: no failure, and of a shape that the API's description tells. */
import assert from 'node:assert/strict';
import { type TSchema, Type } from 'typebox';
import Compile from 'typebox/compile';
import { parseJson } from '../../../src/api/json.ts';
import { routes } from '../../../src/api/routes.ts';
import { ERROR_SCHEMAS } from '../../../src/server/edge/openapi-errors.ts';
import { routeOf } from '../replay.ts';
import type { FuzzedRequest } from './requests.ts';
import type { FuzzAnswer } from './send.ts';

export function checkAnswer({ method, url }: FuzzedRequest, answer: FuzzAnswer): void {
  const route = routeOf({ method: method === 'HEAD' ? 'GET' : method, url });
  const { status, contentType, text } = answer;
  if (route === 'getTestBad') return; // It fails on purpose.
  assert.ok(status < 500, `status ${status}: ${text}`);
  if (method === 'HEAD' || status === 307) return;
  if (status !== 200) {
    assert.ok(
      shapesOf(answer).some((shape) => fits(shape, text)),
      `a refusal of no known shape: ${status} ${contentType} ${text}`,
    );
  } else if (route !== undefined) {
    assert.ok(fits(routes[route].answer, text), `an answer that ${route} does not declare: ${text}`);
  }
}

/** The shapes that a refusal may have. */
function shapesOf({ status, contentType }: FuzzAnswer): readonly TSchema[] {
  const { Envelope, Detail, ErrorText, Faults } = ERROR_SCHEMAS as unknown as Record<string, TSchema>;
  if (contentType.startsWith('application/custom+json')) return [Envelope as TSchema];
  if (status === 422) return [Faults as TSchema];
  return [Detail, ErrorText] as TSchema[];
}

const compiled = new Map<TSchema, ReturnType<typeof Compile>>();

function fits(schema: TSchema, text: string): boolean {
  const validator = compiled.get(schema) ?? Compile(Type.Unsafe(schema));
  compiled.set(schema, validator);
  return validator.Check(parseJson(text));
}
