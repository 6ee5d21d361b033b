import type { FastifyRequest } from 'fastify';

/** Ids of a path or of a peer's context that are worth a place in logs and traces. */
const NAMES = ['workflow_id', 'workflow_run_id', 'task_id', 'task_instance_id', 'array_id', 'dag_id'] as const;

export type RequestIds = Readonly<Partial<Record<(typeof NAMES)[number], number>>>;

/** What a request is about, as its path says, or else the context that its peer sent along. */
export function idsOf(request: FastifyRequest): RequestIds {
  const given = contextOf(request.headers['x-server-structlog-context']);
  const params = (request.params ?? {}) as Readonly<Record<string, unknown>>;
  const ids: Partial<Record<(typeof NAMES)[number], number>> = {};
  for (const name of NAMES) {
    const id = Number(params[name] ?? given[name] ?? given[`telemetry_${name}`]);
    if (Number.isSafeInteger(id) && id > 0) ids[name] = id;
  }
  return ids;
}

/** A context that is no JSON object is ignored: it serves logs alone. */
function contextOf(header: string | string[] | undefined): Readonly<Record<string, unknown>> {
  try {
    const context: unknown = JSON.parse(String(header));
    const isObject = typeof context === 'object' && context !== null && !Array.isArray(context);
    return isObject ? (context as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
