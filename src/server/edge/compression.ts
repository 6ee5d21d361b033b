import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

/** Bytes below which a smaller answer would not be sooner there. Source: http-views §6. */
const SMALLEST_COMPRESSED = 1000;

/**
 * Compresses longer answers for those who accept it. Our own peers ask for nothing of the kind: on one machine it would
 * cost more than it saves.
 */
export function compressAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string' || Buffer.byteLength(payload) < SMALLEST_COMPRESSED) return payload;
    if (!acceptsGzip(request.headers['accept-encoding'])) return payload;
    reply.headers({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    return compress(payload);
  });
}

/** Rows of a table repeat the names of their columns, so the fastest level does nearly all that can be done. */
function compress(text: string): Promise<Buffer> {
  return promisify(gzip)(text, { level: constants.Z_BEST_SPEED });
}

/** `gzip`, or `*` for all that is not named; a weight of 0 means no. */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  const weights = new Map<string, number>();
  for (const part of String(header ?? '').split(',')) {
    const [name = '', weight = ''] = part.split(';', 2).map((text) => text.trim().toLowerCase());
    weights.set(name, weight.startsWith('q=') ? Number(weight.slice(2)) : 1);
  }
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}
