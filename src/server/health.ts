/** Whether the server lives and whether it is ready: open to everybody who reaches it, in words that tell nothing else. */
import type { FastifyInstance } from 'fastify';
import { answerJson } from './edge/error-answers.ts';
import type { Readiness } from './readiness.ts';

const LIVENESS_PATH = '/healthz';
const READINESS_PATH = '/readyz';

export function serveHealth(app: FastifyInstance, readiness: Readiness): void {
  // Without the database: a process that waits for one must not be ended for it.
  app.get(LIVENESS_PATH, { config: { open: true, name: 'liveness' } }, async (_request, reply) =>
    answerJson(reply, 200, { status: 'alive' }),
  );
  app.get(READINESS_PATH, { config: { open: true, name: 'readiness' } }, async (_request, reply) => {
    const reason = await readiness.problem();
    if (reason === undefined) return answerJson(reply, 200, { status: 'ready' });
    return answerJson(reply, 503, { status: 'not ready', reason });
  });
}
