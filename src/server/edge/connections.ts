/** What connections may cost: time until a request is there, and how many there are. Answers may take as long as they do. */
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Milliseconds in which a head, or the certificates, have to come; a connection that never says anything is cut by it too. */
const HEAD = 20_000;

/**
 * Limits of Node, in milliseconds, for requests that have to be there after so many seconds. None of them counts while
 * a request is being answered, so waiting for news is not cut.
 */
export function timeLimits(seconds: number) {
  const requestTimeout = seconds * 1000;
  const headersTimeout = Math.min(HEAD, requestTimeout);
  // How often is looked at who is late.
  return { requestTimeout, headersTimeout, handshakeTimeout: headersTimeout, connectionsCheckingInterval: headersTimeout / 4 };
}

/**
 * Keeps the number of connections within `most`. Whoever holds thousands of them open has shown no token on any: where there is
 * no room for another, the oldest of those goes, so that peers always get in; only where all are known is the new one refused.
 */
export function limitConnections(app: FastifyInstance, most: number): void {
  if (most === 0) return;
  let open = 0;
  /** By their far ends, in the order in which they came. */
  const strangers = new Map<string, Socket>();
  app.server.on('connection', (socket: Socket) => {
    const name = farEnd(socket);
    if (open >= most) {
      const [oldest] = strangers.values();
      (oldest ?? socket).destroy();
      if (oldest === undefined) return;
      strangers.delete(farEnd(oldest));
    }
    open++;
    strangers.set(name, socket);
    socket.once('close', () => {
      open--;
      if (strangers.get(name) === socket) strangers.delete(name);
    });
  });
  // Runs after the check of the token: who gets here is known, unless the route is open to everybody.
  app.addHook('onRequest', async ({ routeOptions, raw }) => {
    if (strangers.size > 0 && routeOptions.config.open !== true) strangers.delete(farEnd(raw.socket));
  });
}

/** The same for a connection and for what TLS makes of it. */
function farEnd({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
