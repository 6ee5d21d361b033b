import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { httpTransport } from '../../src/api/transport.ts';
import { systemClock } from '../../src/core/clock.ts';
import { systemProcesses } from '../../src/core/process.ts';
import { RestConnection } from '../../src/distributor/clusters/slurm/rest/connection.ts';
import type { Token } from '../../src/distributor/clusters/slurm/rest/token.ts';
import { TokenSource } from '../../src/distributor/clusters/slurm/rest/token.ts';

export interface SeenRequest {
  /** `METHOD /path` */
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
}

/** Status and body; text is sent as it is, and undefined lets no answer come. */
type Answer = readonly [status: number, body: unknown] | undefined;

export const TOKEN = `${Buffer.from('{}').toString('base64url')}.${Buffer.from('{"sun":"ada"}').toString('base64url')}.sig`;

/** An HTTP server that answers as a test says, and a connection to it as user ada. `newest`: it is asked for its versions. */
export async function paperSlurmrestd(
  context: TestContext,
  answer: (request: SeenRequest) => Answer,
  {
    version = 'v0.0.38',
    timeout = 10,
    tokens,
  }: { version?: string; timeout?: number; tokens?: readonly string[] } = {},
): Promise<{ requests: SeenRequest[]; connection: RestConnection }> {
  const requests: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const seen = {
      line: `${request.method} ${request.url}`,
      headers: request.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
    requests.push(seen);
    const given = answer(seen);
    if (given === undefined) return;
    const [status, body] = given;
    response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const transport = httpTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    longestAnswer: 100_000,
  });
  context.after(async () => {
    await transport.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const source = new TokenSource({
    ...{ file: undefined, environment: { SLURM_JWT: TOKEN }, processes: systemProcesses, clock: systemClock, timeout },
  });
  const own = {
    transport,
    prefix: '/p',
    version: version === 'newest' ? undefined : version,
    clock: systemClock,
    timeout,
  };
  return {
    requests,
    connection: new RestConnection({ ...own, tokens: tokens === undefined ? source : listed(tokens) }),
  };
}

/** Each refusal brings the next one. */
function listed(texts: readonly string[]): TokenSource {
  const rest = texts.map((text): Token => ({ text, user: 'ada', expires: undefined }));
  const source = {
    current: async () => rest[0],
    async insteadOf() {
      if (rest.length > 1) rest.shift();
      else return undefined;
      return rest[0];
    },
  };
  return source as unknown as TokenSource;
}
