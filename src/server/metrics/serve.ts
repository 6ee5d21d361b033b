import type { FastifyInstance } from 'fastify';
import type { MeasuredParts, PrometheusMetrics } from './prometheus.ts';

const METRICS_PATH = '/metrics';

export interface ServedMetrics {
  /** Begins to count now, and not with the first scrape. */
  load(): Promise<void>;
}

/**
 * Offers the metrics. Their library is loaded, and counting begins, with the first scrape or with `load`: most servers live
 * for one run and are never scraped. `isOpen`: without a token.
 */
export function serveMetrics(app: FastifyInstance, parts: MeasuredParts, isOpen: boolean): ServedMetrics {
  let loading: Promise<PrometheusMetrics> | undefined;
  const load = () => {
    loading ??= import('./prometheus.ts').then(({ PrometheusMetrics }) => new PrometheusMetrics(parts));
    return loading;
  };
  app.get(METRICS_PATH, { config: { open: isOpen, name: 'metrics' } }, async (_request, reply) => {
    const metrics = await load();
    const text = await metrics.text();
    return reply.type(metrics.contentType).send(text);
  });
  app.addHook('onClose', async () => {
    if (loading !== undefined) (await loading).close();
  });
  return {
    load: async () => {
      await load();
    },
  };
}
