import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { OtlpReceiver, type ReceivedSpan } from '../support/otlp-receiver.ts';
import { until, Workbench } from './skep.ts';

const WORKFLOW = `
templates:
  good: {command: "echo {n} $TRACEPARENT"}
  bad: {command: "exit 3", max_attempts: 1}
tasks:
  - {template: good, each: {n: ["1", "2"]}}
  - {template: bad}
`;

describe('a traced run', () => {
  test('is one trace through client, server, distributor and worker, with the right parents', async (context) => {
    const bench = new Workbench(context);
    const receiver = await OtlpReceiver.start(context);
    bench.environment.SKEP__TELEMETRY__OTLP_ENDPOINT = receiver.endpoint;
    const server = bench.start('server', 'start');
    const record = `${bench.dataDirectory}/server.json`;
    await until(() => existsSync(record), 'the server had written its address');
    const run = await bench.run('run', bench.write('w.yaml', WORKFLOW), '--json');
    assert.equal(run.code, 1, run.errors);
    server.signal('SIGTERM');
    await server.ended;

    const [root] = receiver.named('skep run') as [ReceivedSpan];
    assert.equal(root.parentSpanId, undefined);
    const ofRun = receiver.spans.filter(({ traceId }) => traceId === root.traceId);
    const services = new Set(ofRun.map(({ service }) => service));
    assert.deepEqual([...services].sort(), ['skep-client', 'skep-distributor', 'skep-server', 'skep-worker']);

    const byId = new Map(ofRun.map((span) => [span.spanId, span]));
    const parentOf = (span: ReceivedSpan | undefined) => byId.get(span?.parentSpanId ?? '');
    for (const span of ofRun) {
      if (span !== root) assert.ok(parentOf(span), `${span.name} of ${span.service} has its parent in the trace`);
      assert.ok(span.end >= span.start, span.name);
    }
    for (const phase of ['bind workflow', 'bind tasks', 'swarm', 'distribute']) {
      assert.equal(parentOf(receiver.named(phase)[0])?.name, 'skep run', phase);
    }
    const outcome = JSON.parse(run.output);
    const runId = outcome.workflowRunId ?? outcome.workflow_run_id;
    const attempts = receiver.named('attempt');
    assert.equal(attempts.length, 3);
    for (const attempt of attempts) {
      assert.equal(parentOf(attempt)?.name, 'submit');
      assert.equal(parentOf(parentOf(attempt))?.name, 'distribute');
      assert.deepEqual(attempt.events, ['launched', 'running', 'done']);
      assert.equal(attempt.attributes['skep.workflow_run_id'], runId);
      assert.equal(typeof attempt.attributes['skep.task_instance_id'], 'number');
    }
    const ends = attempts.map(({ attributes }) => [attributes['skep.status'], attributes['skep.exit_status']]);
    assert.deepEqual(ends.sort(), [
      ['D', 0],
      ['D', 0],
      ['E', 3],
    ]);
    const [binding] = receiver.named('bind tasks') as [ReceivedSpan];
    assert.equal(binding.attributes['skep.tasks'], 3);
    assert.equal(binding.attributes['skep.requests.PUT /task/bind_tasks_no_args'], 1);

    const [queued] = receiver.named('queueTaskBatch') as [ReceivedSpan];
    assert.equal(queued.kind, 2);
    assert.equal(queued.attributes['http.response.status_code'], 200);
    assert.equal(queued.attributes['skep.workflow_run_id'], runId);
    assert.equal(parentOf(queued)?.kind, 3, 'the request of the client');
    const commits = receiver.named('database commit');
    assert.ok(commits.some((commit) => parentOf(commit) === queued));
    assert.doesNotMatch(
      JSON.stringify(receiver.spans, (_key, value) => (typeof value === 'bigint' ? '' : value)),
      secretOf(bench),
    );
  });

  test('goes on with the trace of whoever starts it', async (context) => {
    const bench = new Workbench(context);
    const receiver = await OtlpReceiver.start(context);
    bench.environment.OTEL_EXPORTER_OTLP_ENDPOINT = `${receiver.endpoint}/`;
    bench.environment.OTEL_SERVICE_NAME = 'nightly';
    bench.environment.TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const run = await bench.run(
      'run',
      bench.write('w.yaml', 'templates: {a: {command: "true"}}\ntasks: [{template: a}]\n'),
    );
    assert.equal(run.code, 0, run.errors);
    const [root] = receiver.named('skep run') as [ReceivedSpan];
    assert.equal(root.parentSpanId, 'b7ad6b7169203331');
    assert.equal(receiver.named('attempt')[0]?.traceId, '0af7651916cd43dd8448eb211c80319c');
    assert.ok(receiver.spans.every(({ service }) => service === 'nightly'));
  });
});

describe('a receiver costs the run nothing', () => {
  for (const behaviour of ['fails', 'hangs', 'is away'] as const) {
    test(`that ${behaviour}`, async (context: TestContext) => {
      const bench = new Workbench(context);
      const receiver = behaviour === 'is away' ? undefined : await OtlpReceiver.start(context, behaviour);
      bench.environment.SKEP__TELEMETRY__OTLP_ENDPOINT = receiver?.endpoint ?? 'http://127.0.0.1:9';
      const run = await bench.run('run', bench.write('w.yaml', WORKFLOW.replace('exit 3', 'true')));
      assert.equal(run.code, 0, run.errors);
      assert.match(run.output, /3/);
      if (receiver !== undefined) assert.ok(receiver.requests > 0);
    });
  }
});

test('an address that is none is refused before anything runs, and not shown', async (context) => {
  const bench = new Workbench(context);
  bench.environment.SKEP__TELEMETRY__OTLP_ENDPOINT = 'secret@nowhere';
  const { code, errors } = await bench.run(
    'run',
    bench.write('w.yaml', 'templates: {a: {command: "true"}}\ntasks: [{template: a}]\n'),
  );
  assert.equal(code, 2);
  assert.match(errors, /telemetry\.otlp_endpoint is no http address/);
  assert.doesNotMatch(errors, /nowhere/);
});

function secretOf(bench: Workbench): RegExp {
  return new RegExp(readFileSync(`${bench.dataDirectory}/token`, 'utf8').trim());
}
