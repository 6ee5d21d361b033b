/** A server between client and server that hands everything on and remembers what was asked. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface ProxiedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
}

export interface RecordingProxy {
  readonly url: string;
  /** In the order of the answers. */
  readonly requests: readonly ProxiedRequest[];
}

/** Opens a proxy to `target`, an address without a path; it is closed after the test. */
export async function openRecordingProxy(
  test: { after(action: () => unknown): void },
  target: string,
): Promise<RecordingProxy> {
  const requests: ProxiedRequest[] = [];
  const server = createServer((asked, answer) =>
    forward(target, asked, answer, (status) => {
      const { method = '', url = '' } = asked;
      requests.push({ method, path: url.split('?', 1)[0] ?? '', status });
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

function forward(target: string, asked: IncomingMessage, answer: ServerResponse, note: (status: number) => void): void {
  const { method, url, headers } = asked;
  const sent = request(`${target}${url}`, { method, headers }, (received) => {
    note(received.statusCode ?? 0);
    answer.writeHead(received.statusCode ?? 502, received.headers);
    received.pipe(answer);
  });
  // The peer meets what the server did: an answer that breaks off.
  sent.on('error', () => answer.destroy());
  answer.on('close', () => sent.destroy());
  asked.pipe(sent);
}
