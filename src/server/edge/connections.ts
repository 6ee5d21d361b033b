/** What connections may cost: time until a request is there, and how many there are. Answers may take as long as they do. */
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../core/clock.ts';

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
  return {
    requestTimeout,
    headersTimeout,
    handshakeTimeout: headersTimeout,
    connectionsCheckingInterval: headersTimeout / 4,
  };
}

/** Milliseconds that requests under way get when the server closes: Node looks for late ones no more then. */
const LAST_REQUESTS = 10_000;

/**
 * Keeps the number of connections within `most`. Whoever holds thousands of them open has shown no token on any: where there is
 * no room for another, the oldest of those goes, so that peers always get in; only where all are known is the new one refused.
 * None of them keeps the server from closing. `most` 0: no limit.
 */
export function limitConnections(app: FastifyInstance, most: number, clock: Pick<Clock, 'after'>): void {
  let open = 0;
  /** By their far ends, in the order in which they came. */
  const strangers = new Map<string, Socket>();
  app.server.on('connection', (socket: Socket) => {
    const name = farEnd(socket);
    if (most > 0 && open >= most) {
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
  app.addHook('onRequest', (request, _reply, done) => {
    if (strangers.size > 0) {
      const name = farEnd(request.raw.socket);
      if (strangers.has(name) && request.routeOptions.config.open !== true) strangers.delete(name);
    }
    done();
  });
  let cancel = () => {};
  app.addHook('preClose', async () => {
    for (const socket of strangers.values()) socket.destroy();
    cancel = clock.after(LAST_REQUESTS, () => app.server.closeAllConnections());
  });
  app.addHook('onClose', async () => cancel());
}

/** The same for a connection and for what TLS makes of it. */
function farEnd({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
