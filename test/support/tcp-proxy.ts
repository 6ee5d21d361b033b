/** A proxy on loopback that can cut its connections, or leave them open and say nothing more. */

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';

export class TcpProxy {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #isStalled = false;
  #unanswered: string | undefined;

  static async start(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server);
    server.on('connection', (near) => proxy.#join(near, connect(target.port, target.host)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  private constructor(server: Server) {
    this.#server = server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections stay open, and nothing passes any more, through new ones either. */
  stall(): void {
    this.#isStalled = true;
    for (const [near, far] of this.#pairs) {
      near.unpipe(far).pause();
      far.unpipe(near).pause();
    }
  }

  /** New connections pass again; the stalled ones stay as they are. */
  resume(): void {
    this.#isStalled = false;
  }

  /** The next request that holds `text` passes, and its connection is cut when it is answered. */
  loseAnswerTo(text: string): void {
    this.#unanswered = text;
  }

  cut(): void {
    for (const sockets of this.#pairs) for (const socket of sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  #join(near: Socket, far: Socket): void {
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    near.on('data', (chunk: Buffer) => {
      if (this.#unanswered === undefined || !chunk.includes(this.#unanswered)) return;
      this.#unanswered = undefined;
      far
        .unpipe(near)
        .once('data', () => near.destroy())
        .resume();
    });
    for (const [socket, other] of [pair, [far, near] as const]) {
      // What went wrong with one end is told to the other by its close.
      socket.on('error', () => {});
      socket.on('close', () => {
        other.destroy();
        this.#pairs.delete(pair);
      });
      if (!this.#isStalled) socket.pipe(other);
    }
  }
}
