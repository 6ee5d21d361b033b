import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { httpTransport, type Transport, type TransportOptions } from '../../src/api/transport.ts';

const ASK = {
  method: 'POST',
  url: '/a%20b?c=d',
  headers: { 'x-one': '1' },
  body: Buffer.from('"ü"'),
  timeout: 10,
} as const;

test('what is asked arrives, and what is answered comes back, however it is cut', async (context) => {
  const transport = await transportTo(context, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers } = request;
    const seen = [method, url, headers['x-one'], headers['content-length'], Buffer.concat(chunks).toString()];
    response.setHeader('content-type', 'application/json');
    const bytes = Buffer.from(JSON.stringify(seen));
    for (const byte of bytes) response.write(Buffer.of(byte));
    response.end();
  });
  const answer = await transport.send(ASK);
  assert.deepEqual(answer, {
    status: 200,
    contentType: 'application/json',
    text: JSON.stringify(['POST', '/a%20b?c=d', '1', '4', '"ü"']),
  });
});

test('more requests than connections wait for each other and are all answered', async (context) => {
  let open = 0;
  let most = 0;
  const transport = await transportTo(context, (request, response) => {
    most = Math.max(most, ++open);
    setTimeout(() => {
      open--;
      response.end(request.url);
    }, 5);
  });
  const urls = Array.from({ length: 100 }, (_, index) => `/${index}`);
  const answers = await Promise.all(urls.map((url) => transport.send({ ...ASK, url })));
  assert.deepEqual(
    answers.map(({ text }) => text),
    urls,
  );
  assert.equal(most, 16);
});

test('an answer beyond the longest that is wanted is an error, one of that length is not', async (context) => {
  const transport = await transportTo(
    context,
    (request, response) => response.end('x'.repeat(Number(request.url?.slice(1)))),
    { longestAnswer: 10 },
  );
  assert.equal((await transport.send({ ...ASK, url: '/10' })).text.length, 10);
  await assert.rejects(transport.send({ ...ASK, url: '/11' }), /longer than 10 bytes/);
});

test('where the status is all that is wanted, an answer without end is one', async (context) => {
  let written = 0;
  const closed = Promise.withResolvers<void>();
  const answer: RequestListener = (_, response) => {
    const go = () => {
      while (response.write('x'.repeat(65_536))) written++;
    };
    response.on('drain', go).on('close', () => closed.resolve());
    response.statusCode = 202;
    go();
  };
  const transport = await transportTo(context, answer, { statusOnly: true });
  assert.deepEqual(await transport.send(ASK), { status: 202, contentType: '', text: '' });
  await closed.promise;
  assert.ok(written < 1000, `${written} chunks were written`);
});

test('an answer that is cut off is an error', async (context) => {
  const transport = await transportTo(context, (_, response) => {
    response.setHeader('content-length', 100);
    response.write('half');
    setImmediate(() => response.destroy());
  });
  await assert.rejects(transport.send(ASK), /aborted/);
});

test('a server that says nothing is given up after the time', async (context) => {
  const transport = await transportTo(context, () => {});
  await assert.rejects(transport.send({ ...ASK, timeout: 0.05 }), /no answer within 0.05 s/);
});

test('a request that is aborted, before or while it waits, is an error at once', async (context) => {
  const transport = await transportTo(context, () => controller.abort());
  const controller = new AbortController();
  await assert.rejects(transport.send({ ...ASK, signal: controller.signal }), { name: 'AbortError' });
  await assert.rejects(transport.send({ ...ASK, signal: controller.signal }), { name: 'AbortError' });
});

test('a server that is not there is an error that says so', async (context) => {
  const transport = await transportTo(context, () => {});
  await transport.close();
  const gone = httpTransport('http://127.0.0.1:1');
  await assert.rejects(gone.send(ASK), /ECONNREFUSED 127\.0\.0\.1:1/);
});

async function transportTo(
  context: TestContext,
  answer: RequestListener,
  options: TransportOptions = {},
): Promise<Transport> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const transport = httpTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, options);
  context.after(async () => {
    await transport.close();
    server.closeAllConnections();
    server.close();
  });
  return transport;
}
