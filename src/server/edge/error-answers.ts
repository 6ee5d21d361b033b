/** Errors as the wire shows them. Source: http-fsm §2. */
import type { FastifyError, FastifyReply } from 'fastify';
import { isSkepError, messageOf } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import { HttpAnswer } from '../handler.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route answers no envelope, whatever is wrong. */
    plainErrors?: boolean;
  }
}

/** Answers a request whose handling threw `error`; what no one foresaw goes to the log with its stack. */
export function answerError(error: unknown, reply: FastifyReply, log: Logger): FastifyReply {
  if (error instanceof HttpAnswer) return answerJson(reply, error.status, error.body);
  if (isSkepError(error)) {
    if (error.httpStatus >= 500) log.error({ err: error }, 'A request failed');
    // Bad input has the envelope; the other statuses have a detail, as peers know them.
    const hasEnvelope = error.httpStatus === 400 || error.httpStatus === 500;
    if (hasEnvelope) return answerEnvelope(reply, error.httpStatus, error.code, error.message);
    return answerJson(reply, error.httpStatus, { detail: error.message });
  }
  const { statusCode } = error as FastifyError;
  if (statusCode === 413 || statusCode === 414) return answerJson(reply, statusCode, { detail: messageOf(error) });
  if (statusCode !== undefined && statusCode < 500) {
    return answerEnvelope(reply, statusCode, 'invalid_usage', messageOf(error));
  }
  log.error({ err: error }, 'A request failed for an unforeseen reason');
  return answerEnvelope(reply, 500, 'internal', messageOf(error));
}

export function answerJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(body));
}

/** Peers tell an error body from an answer by this content type. The status in it is text. */
function answerEnvelope(reply: FastifyReply, status: number, type: string, message: string): FastifyReply {
  if (reply.routeOptions.config.plainErrors === true) return answerJson(reply, status, { detail: message });
  const error = { type: `<class 'skep.${type}'>`, exception_message: message, status_code: String(status) };
  return reply.code(status).type('application/custom+json').send(JSON.stringify({ error }));
}
