/** A receiver of webhooks on the loopback address, for tests. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Delivery {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it.
  readonly body: any;
}

export interface WebReceiver {
  readonly url: string;
  readonly deliveries: readonly Delivery[];
  /** What it answers from now on; undefined: nothing at all. */
  answerWith(status: number | undefined): void;
}

export async function listenForWebhooks(test: { after(action: () => unknown): void }): Promise<WebReceiver> {
  const deliveries: Delivery[] = [];
  let status: number | undefined = 200;
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      deliveries.push({ url: request.url ?? '', headers: request.headers, body: JSON.parse(text) });
      if (status !== undefined) response.writeHead(status).end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    deliveries,
    answerWith(next) {
      status = next;
    },
  };
}
