import type { Transport } from '../../src/api/transport.ts';

/** The same server as one that has the compatible routes alone. */
export function withoutExtensions(transport: Transport): Transport {
  return {
    ...transport,
    send: (request) =>
      request.url.startsWith('/api/skep/')
        ? Promise.resolve({ status: 404, contentType: 'application/json', text: '{}' })
        : transport.send(request),
  };
}
