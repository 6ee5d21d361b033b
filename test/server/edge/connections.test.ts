import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { httpTransport } from '../../../src/api/transport.ts';
import { type Config, loadConfig } from '../../../src/core/config.ts';
import { silentLog } from '../../../src/core/log.ts';
import { type RunningServer, startServer } from '../../../src/server/start.ts';
import { temporaryDirectory } from '../served.ts';

test('who sends a request byte by byte, or nothing at all, is cut off; who waits for an answer is not', async (context) => {
  const server = await start(context, { receive_timeout: 1 });
  const authorization = `authorization: Bearer ${server.token}`;
  const silent = open(context, server);
  const head = open(context, server, `GET /api/v3/time HTTP/1.1\r\nhost: x\r\n`);
  const body = open(context, server, `POST /api/v3/tool HTTP/1.1\r\nhost: x\r\n${authorization}\r\ncontent-length: 100\r\n\r\n{`);
  const drip = setInterval(() => {
    for (const socket of [head, body]) if (socket.writable) socket.write('a');
  }, 50);
  context.after(() => clearInterval(drip));
  const waiting = ask(server, '/api/skep/output/wanted?wait=4', 10);
  const began = performance.now();
  await Promise.all([silent, head, body].map((socket) => once(socket, 'close')));
  assert.equal((await ask(server, '/api/v3/time')).status, 200);
  const { status } = await waiting;
  assert.ok([200, 404].includes(status), `status ${status}`);
  assert.ok(performance.now() - began < 60_000);
});

test('connections of nobody who is known give way, the oldest first; known ones stay', async (context) => {
  const server = await start(context, { max_connections: 20 });
  const transport = httpTransport(server.url);
  context.after(() => transport.close());
  assert.equal((await ask(server, '/api/v3/time', 10, transport)).status, 200);
  const wrong = 'GET /api/v3/time HTTP/1.1\r\nhost: x\r\nauthorization: Bearer wrong\r\n\r\n';
  const crowd = Array.from({ length: 100 }, (_, index) => open(context, server, index % 2 === 0 ? '' : wrong));
  await Promise.all(crowd.slice(0, 80).map((socket) => socket.closed || once(socket, 'close')));
  const local = await ask(server, '/api/v3/time', 10, transport);
  assert.equal(local.status, 200, 'the connection that was there has stayed');
  assert.equal((await ask(server, '/api/v3/time')).status, 200, 'a new one gets in');
  assert.ok(crowd.filter((socket) => !socket.closed).length <= 20);
});

async function start(context: TestContext, server: Partial<Config['server']>): Promise<RunningServer> {
  const overrides = { server: { data_dir: temporaryDirectory(context), ...server } };
  const running = await startServer({ config: loadConfig({ environment: {}, overrides }), log: silentLog });
  context.after(() => running.close());
  return running;
}

function open(context: TestContext, { port }: RunningServer, text = ''): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {}); // Cut off, as it should be: `close` follows.
  socket.resume();
  if (text !== '') socket.write(text);
  context.after(() => socket.destroy());
  return socket;
}

async function ask({ url, token }: RunningServer, path: string, timeout = 10, transport = httpTransport(url)) {
  return transport.send({ method: 'GET', url: path, headers: { authorization: `Bearer ${token}` }, timeout });
}
