import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { OtlpReceiver } from '../support/otlp-receiver.ts';
import { until, Workbench } from './skep.ts';

async function serve(bench: Workbench) {
  const server = bench.start('server', 'start');
  const record = `${bench.dataDirectory}/server.json`;
  await until(() => existsSync(record), 'the server had written its address');
  const { url } = JSON.parse(readFileSync(record, 'utf8'));
  return { server, url: url as string };
}

test('at SIGTERM a server is not ready at once, and goes on answering until it has drained', async (context) => {
  const bench = new Workbench(context);
  bench.environment.SKEP__SERVER__DRAIN_SECONDS = '300';
  const { server, url } = await serve(bench);
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
  const headers = { authorization: `Bearer ${readFileSync(`${bench.dataDirectory}/token`, 'utf8').trim()}` };
  const metrics = await (await fetch(`${url}/metrics`, { headers })).text();
  assert.match(metrics, /skep_http_request_duration_seconds_count\{route="readiness",status_class="2xx"\} 1\n/);

  server.signal('SIGTERM');
  await until(() => server.errors().includes('drains'), 'it had heard the signal');
  const drained = await fetch(`${url}/readyz`);
  assert.deepEqual([drained.status, await drained.json()], [503, { status: 'not ready', reason: 'draining' }]);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  assert.equal((await fetch(`${url}/api/v3/time`, { headers })).status, 200);
  server.signal('SIGTERM'); // Else it would drain for minutes.
  assert.equal((await server.ended).code, 0);
  await assert.rejects(fetch(`${url}/healthz`));
});

test('the log lines of each process say what they are about, and hold no secret', async (context) => {
  const bench = new Workbench(context);
  const receiver = await OtlpReceiver.start(context);
  bench.environment.SKEP__LOG__LEVEL = 'debug';
  bench.environment.SKEP__TELEMETRY__OTLP_ENDPOINT = receiver.endpoint;
  const { server } = await serve(bench);
  const file = bench.write('w.yaml', 'templates: {a: {command: "true"}}\ntasks: [{template: a}]\n');
  const run = await bench.run('--verbose', 'run', file);
  assert.equal(run.code, 0, run.errors);
  server.signal('SIGTERM');
  const { errors } = await server.ended;
  const secret = readFileSync(`${bench.dataDirectory}/token`, 'utf8').trim();
  assert.ok(!run.errors.includes(secret) && !errors.includes(secret));

  const linesOf = (text: string) =>
    text
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
  const client = linesOf(run.errors);
  const relayed = linesOf(client.flatMap(({ line }) => line ?? []).join('\n'));
  const traceId = receiver.named('skep run')[0]?.traceId;
  const queued = linesOf(errors).find(({ route }) => route === 'queueTaskBatch');
  assert.deepEqual(
    [queued.name, queued.level, queued.workflow_run_id, queued.status, queued.trace_id],
    ['server', 20, 1, 200, traceId],
  );
  assert.ok(
    client.some(
      ({ name, workflow_run_id, trace_id }) => name === 'run' && workflow_run_id === 1 && trace_id === traceId,
    ),
  );
  const launched = relayed.find(({ msg }) => msg === 'Launched a batch');
  assert.deepEqual([launched.name, launched.workflow_run_id, launched.trace_id], ['distributor', 1, traceId]);
  const reported = relayed.find(({ msg }) => msg === 'Reported D.');
  assert.deepEqual(
    [reported.name, reported.workflow_run_id, reported.task_instance_id, reported.trace_id],
    ['worker', 1, 1, traceId],
  );
});
