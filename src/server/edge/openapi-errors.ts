/** Refusals as OpenAPI describes them: what `error-answers.ts` and `parameters.ts` send. Source: http-fsm §2. */
import type { Route } from '../../api/route.ts';

const TEXT = { type: 'string' };

/** An object that has exactly these properties. */
const exactly = (properties: Record<string, object>) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

export const ERROR_SCHEMAS = {
  Envelope: {
    description: 'Bad input or a failure of the server; the status is text, and the content type is not plain JSON.',
    ...exactly({ error: exactly({ type: TEXT, exception_message: TEXT, status_code: TEXT }) }),
  },
  Detail: { description: 'One sentence that says why.', ...exactly({ detail: TEXT }) },
  ErrorText: { description: 'One sentence that says why, as two older routes put it.', ...exactly({ error: TEXT }) },
  Faults: {
    description: 'One entry for each part of the request that is missing or does not fit.',
    ...exactly({
      detail: {
        type: 'array',
        items: exactly({
          type: TEXT,
          loc: {
            description: 'The place, then the name and the steps below it.',
            type: 'array',
            prefixItems: [{ enum: ['path', 'query', 'body'] }],
            items: { type: ['string', 'integer'] },
            minItems: 1,
          },
          msg: TEXT,
          input: { type: ['string', 'null'] },
        }),
      },
    }),
  },
} as const;

type ErrorSchema = keyof typeof ERROR_SCHEMAS;

const schema = (name: ErrorSchema) => ({ schema: { $ref: `#/components/schemas/${name}` } });
const plain = (description: string, name: ErrorSchema) => ({
  description,
  content: { 'application/json': schema(name) },
});
const envelope = { 'application/custom+json': schema('Envelope') };

export const ERROR_RESPONSES = {
  BadRequest: {
    description: 'The body or a value in it does not fit; the message names the field at fault.',
    content: { ...envelope, 'application/json': schema('ErrorText') },
  },
  BadRequestDetail: plain('The body or a value in it does not fit; the sentence names the field at fault.', 'Detail'),
  PlainBadRequest: plain('The body or a value in it does not fit; the text names the field at fault.', 'Detail'),
  Unauthorized: plain('The request lacks the token of the server.', 'Detail'),
  Forbidden: plain('The request comes from a page of another origin.', 'Detail'),
  NotFound: {
    description: 'Nothing has the id that the request names.',
    content: {
      'application/json': {
        schema: { anyOf: [{ $ref: '#/components/schemas/Detail' }, { $ref: '#/components/schemas/ErrorText' }] },
      },
    },
  },
  Conflict: plain('The state of what the request names forbids it.', 'Detail'),
  TooLarge: plain('The body is larger than `server.body_limit`, or holds too many values.', 'Detail'),
  TooLong: plain('A path parameter is longer than anything that is stored.', 'Detail'),
  UnfitParameters: plain('A parameter, or on some routes the body, does not fit.', 'Faults'),
  Failed: { description: 'A failure of the server that no one foresaw.', content: envelope },
  FailedDetail: plain('A failure of the server that no one foresaw.', 'Detail'),
  PlainFailed: plain('A failure of the server that no one foresaw.', 'Detail'),
  Unavailable: plain('The database cannot be used now; the same request may be sent again.', 'Detail'),
} as const;

const response = (name: keyof typeof ERROR_RESPONSES) => ({ $ref: `#/components/responses/${name}` });

/** The refusals that a request to `route` may meet, by status. */
export function refusalsOf(route: Route): object {
  const hasSome = ({ properties }: Route['params']) => Object.keys(properties).length > 0;
  const mayBeUnfit = hasSome(route.params) || hasSome(route.query) || route.bodyFaults === 'detail';
  return {
    400: response(route.plainErrors ? 'BadRequestDetail' : 'BadRequest'),
    ...(route.access === 'open' ? {} : { 401: response('Unauthorized'), 403: response('Forbidden') }),
    404: response('NotFound'),
    ...(route.method === 'GET' ? {} : { 409: response('Conflict'), 413: response('TooLarge') }),
    ...(hasSome(route.params) ? { 414: response('TooLong') } : {}),
    ...(mayBeUnfit ? { 422: response('UnfitParameters') } : {}),
    500: response(route.plainErrors ? 'FailedDetail' : 'Failed'),
    503: response('Unavailable'),
  };
}
