import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Requester } from '../../../src/api/requester.ts';
import { routes } from '../../../src/api/routes.ts';
import { httpTransport } from '../../../src/api/transport.ts';
import { type Config, loadConfig } from '../../../src/core/config.ts';
import { silentLog } from '../../../src/core/log.ts';
import { type RunningServer, startServer } from '../../../src/server/start.ts';
import { until } from '../../e2e/skep.ts';
import { temporaryDirectory } from '../served.ts';

test('who sends a request byte by byte, or nothing at all, is cut off; who waits for an answer is not', async (context) => {
  const server = await start(context, { receive_timeout: 1 });
  const authorization = `authorization: Bearer ${server.token}`;
  const silent = open(context, server);
  const head = open(context, server, `GET /api/v3/time HTTP/1.1\r\nhost: x\r\n`);
  const body = open(
    context,
    server,
    `POST /api/v3/tool HTTP/1.1\r\nhost: x\r\n${authorization}\r\ncontent-length: 100\r\n\r\n{`,
  );
  const drip = setInterval(() => {
    for (const socket of [head, body]) if (socket.writable) socket.write('a');
  }, 50);
  context.after(() => clearInterval(drip));
  const transport = httpTransport(server.url);
  context.after(() => transport.close());
  const requester = new Requester({ transport, token: server.token });
  const wait = { nodename: 'n', process_group_id: 1, wait_seconds: 4, task_instances: [] };
  const waiting = requester.call(routes.exchangeOutput, { body: wait }, { attempts: 1 });
  for (const [name, socket] of Object.entries({ silent, head, body })) {
    await until(() => socket.closed, `the ${name} one was cut off`);
  }
  await requester.call(routes.getTime, {});
  assert.deepEqual(await waiting, { watched: [] });
});

test('connections of nobody who is known give way, the oldest first; known ones stay', async (context) => {
  const server = await start(context, { max_connections: 20 });
  const known = open(
    context,
    server,
    `GET /api/v3/time HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${server.token}\r\n\r\n`,
  );
  await once(known, 'data');
  const transport = httpTransport(server.url);
  context.after(() => transport.close());
  const requester = new Requester({ transport, token: server.token });
  const wrong = 'GET /api/v3/time HTTP/1.1\r\nhost: x\r\nauthorization: Bearer wrong\r\n\r\n';
  const crowd = Array.from({ length: 100 }, (_, index) => open(context, server, index % 2 === 0 ? '' : wrong));
  await until(() => crowd.filter((socket) => !socket.closed).length < 20, 'no more were open than may be');
  await requester.call(routes.getTime, {}, { attempts: 1 });
  assert.equal(known.closed, false, 'the connection that was there has stayed');
});

test('a server closes whatever is still open: connections that say nothing, and requests that never become whole', async (context) => {
  const server = await start(context, {});
  const authorization = `authorization: Bearer ${server.token}`;
  const silent = Array.from({ length: 5 }, () => open(context, server));
  const head = `POST /api/v3/tool HTTP/1.1\r\nhost: x\r\n${authorization}\r\ncontent-length: 100\r\n\r\n{`;
  const body = open(context, server, head);
  await httpTransport(server.url).send({ method: 'GET', url: '/api/v3/health', headers: {}, timeout: 10 });
  await server.close();
  await until(() => [...silent, body].every((socket) => socket.closed), 'all were closed');
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
