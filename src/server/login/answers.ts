/** Refusals in front of people: a browser went here by itself, and shows what it gets. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { escapeHtml } from '../../core/escape-html.ts';
import { HttpAnswer } from '../handler.ts';

type Handle = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** The same, but that a refusal is a page with its sentence for whoever wants one, and JSON for all others. */
export function readable(handle: Handle): Handle {
  return async (request, reply) => {
    try {
      return await handle(request, reply);
    } catch (error) {
      const detail = error instanceof HttpAnswer ? (error.body as { readonly detail?: unknown }).detail : undefined;
      if (typeof detail !== 'string' || !(request.headers.accept ?? '').includes('text/html')) throw error;
      return reply
        .code((error as HttpAnswer).status)
        .type('text/html; charset=utf-8')
        .send(pageWith(detail));
    }
  };
}

function pageWith(sentence: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Skep: not logged in</title>
<h1>Not logged in</h1>
<p>${escapeHtml(sentence)}</p>
<p><a href="/">Back to the page</a></p>
</html>
`;
}
