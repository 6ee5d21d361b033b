import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { Requester } from '../../src/api/requester.ts';
import { routes } from '../../src/api/routes.ts';
import { httpTransport } from '../../src/api/transport.ts';
import type { Clock } from '../../src/core/clock.ts';
import { isSkepError } from '../../src/core/errors.ts';

interface Scripted {
  readonly status?: number;
  readonly body?: string;
  readonly type?: string;
  readonly cut?: boolean;
  readonly retryAfter?: string;
}

/** A real HTTP server on loopback that answers from a script and remembers what it was asked. */
async function scripted(...answers: Scripted[]) {
  const asked: { method?: string; url?: string; headers: IncomingMessage['headers']; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ method: request.method, url: request.url, headers: request.headers, body });
    const answer = answers[Math.min(asked.length, answers.length) - 1] as Scripted;
    if (answer.cut) return void request.socket.destroy();
    if (answer.retryAfter !== undefined) response.setHeader('retry-after', answer.retryAfter);
    response.writeHead(answer.status ?? 200, { 'content-type': answer.type ?? 'application/json' });
    response.end(answer.body ?? '{"time":"2026-01-02 03:04:05"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const transport = httpTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  after(async () => {
    await transport.close();
    server.closeAllConnections();
    server.close();
  });
  return { asked, transport };
}

/** A clock whose sleeps pass at once and are written down, in milliseconds. */
function sleepless(): Clock & { slept: number[] } {
  const slept: number[] = [];
  let time = 0;
  const pass = (milliseconds: number) => {
    slept.push(milliseconds);
    time += milliseconds;
  };
  return { slept, now: () => time, monotonic: () => time, sleep: async (ms) => pass(ms), after: () => () => {} };
}

const steady = { fraction: () => 0.5, uuid: () => '', secret: () => '' };

test('a call carries path, query, version, token, context and body, and gives back the parsed answer', async () => {
  const { asked, transport } = await scripted({ body: '{"tool_version":[7,3]}' });
  const requester = new Requester({ transport, token: 'secret' });
  requester.context.workflow_run_id = 5;
  const answer = await requester.call(routes.addToolVersion, { body: { tool_id: 3 } });
  assert.deepEqual(answer, { tool_version: [7, 3] });
  assert.equal(asked[0]?.url, '/api/v3/tool_version?client_jobmon_version=3.6.0');
  assert.equal(asked[0]?.headers.authorization, 'Bearer secret');
  assert.equal(asked[0]?.headers['x-server-structlog-context'], '{"workflow_run_id":5}');
  assert.equal(asked[0]?.body, '{"tool_id":3}');
});

test('path parameters are escaped, list queries repeated, absent ones left out', async () => {
  const { asked, transport } = await scripted({ body: '{}' });
  const requester = new Requester({ transport });
  await requester.call(routes.getCluster, { params: { cluster_name: 'a/b c?' } });
  await requester.call(routes.getTaskStatus, { query: { task_ids: [1, 2] } });
  assert.equal(asked[0]?.url, '/api/v3/cluster/a%2Fb%20c%3F?client_jobmon_version=3.6.0');
  assert.equal(asked[0]?.body, '');
  assert.equal(asked[1]?.url, '/api/v3/task_status?task_ids=1&task_ids=2&client_jobmon_version=3.6.0');
});

test('5xx, 423, 429 and a cut connection are tried again with growing waits', async () => {
  const { asked, transport } = await scripted({ status: 500 }, { status: 423 }, { status: 429 }, { cut: true }, {});
  const clock = sleepless();
  const requester = new Requester({ transport, clock, random: steady });
  assert.deepEqual(await requester.call(routes.getTime, {}), { time: '2026-01-02 03:04:05' });
  assert.equal(asked.length, 5);
  assert.deepEqual(clock.slept, [375, 625, 1125, 2125]);
});

test('a server that says when to come back is left alone until then, within reason', async () => {
  const busy = ['3', 'Wed, 21 Oct 2015 07:28:00 GMT', '-5', '86400'].map((retryAfter) => ({ status: 429, retryAfter }));
  const { transport } = await scripted(...busy, {});
  const clock = sleepless();
  const requester = new Requester({ transport, clock, random: steady });
  await requester.call(routes.getTime, {});
  assert.deepEqual(clock.slept, [3375, 625, 1125, 62_125]);
});

test('another 4xx is raised at once with route, status and the message of the server', async () => {
  const { asked, transport } = await scripted({
    status: 400,
    type: 'application/custom+json',
    body: '{"error":{"type":"x","exception_message":"name is missing.","status_code":"400"}}',
  });
  const requester = new Requester({ transport });
  await assert.rejects(
    requester.call(routes.addTool, { body: { name: '' } }),
    (error) => isSkepError(error, 'request_refused') && /POST \/tool.*400.*name is missing\.$/.test(error.message),
  );
  assert.equal(asked.length, 1);
});

test('a missing or wrong token is its own error', async () => {
  const { transport } = await scripted({ status: 401, body: '{"detail":"Unauthorized"}' });
  await assert.rejects(new Requester({ transport }).call(routes.getTime, {}), (error) =>
    isSkepError(error, 'unauthorized'),
  );
});

test('the budget ends by attempts, by time, and by abort', async () => {
  const { asked, transport } = await scripted({ status: 503 });
  const failed = (error: unknown) => isSkepError(error, 'request_failed') && /503/.test(error.message);
  const clock = sleepless();
  await assert.rejects(new Requester({ transport, clock, random: steady }).call(routes.getTime, {}), failed);
  assert.equal(asked.length, 10);
  await assert.rejects(
    new Requester({ transport, clock: sleepless(), random: steady, retriesTimeout: 1 }).call(routes.getTime, {}),
    failed,
  );
  assert.equal(asked.length, 10 + 4); // Waits of 375 + 625 + 1125 ms: over one second after the fourth attempt's predecessor.
  const controller = new AbortController();
  const stopping: Clock = { ...sleepless(), sleep: async () => controller.abort() };
  await assert.rejects(
    new Requester({ transport, clock: stopping }).call(routes.getTime, {}, { signal: controller.signal }),
    failed,
  );
  assert.equal(asked.length, 15);
});

test('an answer that is not JSON is an error of its own', async () => {
  const { transport } = await scripted({ type: 'text/html', body: '<html>' });
  await assert.rejects(new Requester({ transport }).call(routes.getTime, {}), (error) =>
    isSkepError(error, 'answer_malformed'),
  );
});

test('extension routes follow the prefix of the compatible ones', async () => {
  const { asked, transport } = await scripted({ body: '{"version":"1","database_id":"x"}' });
  await new Requester({ transport, prefix: '/t/token/api/v3' }).call(routes.getCapabilities, {});
  assert.match(asked[0]?.url ?? '', /^\/t\/token\/api\/skep\/capabilities\?/);
});
