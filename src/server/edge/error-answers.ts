/** Errors as the wire shows them. Source: http-fsm §2. */
import type { FastifyError, FastifyReply } from 'fastify';
import type { TransportAnswer } from '../../api/transport.ts';
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
  return send(reply, errorAnswer(error, reply.routeOptions.config.plainErrors === true, log));
}

export function answerJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return send(reply, jsonAnswer(status, body));
}

/** The answer to a request whose handling threw `error`. `plain`: its route answers no envelope. */
export function errorAnswer(error: unknown, plain: boolean, log: Logger): TransportAnswer {
  if (error instanceof HttpAnswer) return jsonAnswer(error.status, error.body);
  if (isSkepError(error)) {
    if (error.httpStatus >= 500) log.error({ err: error }, 'A request failed');
    // Bad input has the envelope; the other statuses have a detail, as peers know them.
    const hasEnvelope = error.httpStatus === 400 || error.httpStatus === 500;
    if (hasEnvelope) return envelope(plain, error.httpStatus, error.code, error.message);
    return jsonAnswer(error.httpStatus, { detail: error.message });
  }
  const { statusCode } = error as FastifyError;
  if (statusCode === 413 || statusCode === 414) return jsonAnswer(statusCode, { detail: messageOf(error) });
  if (statusCode !== undefined && statusCode < 500) {
    return envelope(plain, statusCode, 'invalid_usage', messageOf(error));
  }
  log.error({ err: error }, 'A request failed for an unforeseen reason');
  return envelope(plain, 500, 'internal', messageOf(error));
}

export function jsonAnswer(status: number, body: unknown): TransportAnswer {
  return { status, contentType: 'application/json; charset=utf-8', text: JSON.stringify(body) };
}

/** Peers tell an error body from an answer by this content type. The status in it is text. */
function envelope(plain: boolean, status: number, type: string, message: string): TransportAnswer {
  if (plain) return jsonAnswer(status, { detail: message });
  const error = { type: `<class 'skep.${type}'>`, exception_message: message, status_code: String(status) };
  return { status, contentType: 'application/custom+json', text: JSON.stringify({ error }) };
}

function send(reply: FastifyReply, { status, contentType, text }: TransportAnswer): FastifyReply {
  return reply.code(status).type(contentType).send(text);
}
