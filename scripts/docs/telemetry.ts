/** The page about metrics, health, traces and logs; its tables are those of the code. */
import { SETTINGS } from '../../src/core/config.ts';
import { METRICS, type Metric } from '../../src/server/metrics/table.ts';
import { table } from './pages.ts';

export function telemetryPage(): string {
  const settings = [
    ...Object.entries(SETTINGS.telemetry).map(([key, setting]) => [`telemetry.${key}`, setting] as const),
    ['server.drain_seconds', SETTINGS.server.drain_seconds] as const,
    ['log.level', SETTINGS.log.level] as const,
  ].map(([name, setting]) => [`\`${name}\``, setting.default === '' ? '' : `\`${setting.default}\``, setting.meaning]);
  const metrics = Object.values<Metric>(METRICS).map(({ name, kind, labels, meaning }) => [
    `\`${name}\``,
    kind,
    labels.map((label) => `\`${label}\``).join(', '),
    meaning,
  ]);
  return `# Telemetry

What a server, its clients, distributors and workers tell of themselves: metrics, health, traces and logs. \`skep doctor\` checks
an installation by itself.

${table(['setting', 'default', 'meaning'], settings)}
## Metrics

\`GET /metrics\` on the server, in the form that Prometheus reads. It needs the token of the server, unless
\`telemetry.metrics_open\` is true; \`telemetry.metrics: false\` takes it away.

<!-- test: skip Prometheus reads it -->
\`\`\`yaml
scrape_configs:
  - job_name: skep
    authorization: {credentials_file: /etc/prometheus/skep-token}
    static_configs: [{targets: ['hive:8070']}]
\`\`\`

\`skep server start\` counts from its start. The server inside a \`skep run\`, which nobody scrapes as a rule, loads what it needs
for it, and begins to count, with the first scrape.

${table(['metric', 'kind', 'labels', 'meaning'], metrics)}
Beside these are the usual \`process_*\` and \`nodejs_*\` metrics (\`nodejs_eventloop_lag_p99_seconds\` shows best whether a server has
too much to do). \`route\` is a name of [wire.md](wire.md), \`page\`, \`page_file\`, \`openapi\`, \`metrics\`, \`liveness\`, \`readiness\`, or
\`unmatched\`; nothing that somebody sends becomes a label. With several servers on one PostgreSQL, each shows the same counts by
status: take the maximum over them, not the sum.

A scrape waits for the counts by status for 20 ms at most, and shows older ones instead: with a million tasks, counting them takes
longer, and takes at most a twentieth of one reader's time. \`skep_counts_age_seconds\` says how old they are.

[dashboard.json](dashboard.json) is a dashboard for Grafana, [alerts.yaml](alerts.yaml) holds rules for Prometheus.

## Health

| address | answers |
|---|---|
| \`/healthz\` | 200 while the process serves, whatever its database does: for a liveness probe |
| \`/readyz\` | 200 when it should get requests, else 503 with a \`reason\`: for a readiness probe and load balancers |
| \`/api/v3/health\` | as peers know it: 200 when the database can be read |

None of them needs a token. Reasons are \`draining\`, \`database_unreachable\` (also: no answer within 2 s), \`database_not_writable\`,
\`migrations_missing\` and \`migrations_unknown\` (a newer version has changed the tables); the log says more. An answer holds for a second.

At SIGTERM or Ctrl-C the server says \`draining\` at once. It goes on answering for \`server.drain_seconds\`, ends waiting requests, finishes the
others, and ends; a second signal cuts the first of these short.

## Traces

With \`telemetry.otlp_endpoint\`, or \`OTEL_EXPORTER_OTLP_ENDPOINT\`, each process sends spans to a collector: OTLP over HTTP in JSON, at
\`<address>/v1/traces\`. A run is one trace:

<!-- test: skip a drawing -->
\`\`\`
skep run
├─ bind workflow, bind tasks        with the number of tasks, and of requests of each kind
├─ swarm
├─ <METHOD /path>                   each request, below the phase that sends it
│  └─ <route>                       on the server
│     └─ database commit            with the number of writes that shared it
└─ distribute                       the distributor
   └─ submit                        one batch
      └─ attempt                    in the worker: launched, running, done; status and exit status
\`\`\`

Spans carry \`skep.workflow_id\`, \`skep.workflow_run_id\`, \`skep.task_id\`, \`skep.task_instance_id\` where they are known. The place in the
trace travels in the header \`traceparent\` (W3C) and the variable \`TRACEPARENT\`: a \`skep run\` goes on with the trace of what starts it,
a command finds its attempt in \`TRACEPARENT\`, and the server goes on with the trace of any client that sends the header. A
distributor that is started by hand is part of the trace of its run when it is given \`TRACEPARENT\`; else it begins one.

\`OTEL_SERVICE_NAME\` names all of them (default: \`skep-client\`, \`skep-server\`, \`skep-distributor\`, \`skep-worker\`), \`OTEL_SDK_DISABLED=true\`
switches traces off. \`TRACEPARENT\` with the flag \`00\` is obeyed: nothing is sent.

Nothing waits for a collector and nothing fails by it. At most 4096 spans wait in a process, more are dropped; one that fails is
asked more and more rarely, up to every 30 s, with one line in the log. At its end a process waits for it for 0.2 s.

The exporter is Skep's own. The official packages (\`@opentelemetry/sdk-trace\` 3.1, \`exporter-trace-otlp-http\` 0.301: 15
packages, 24 MB) took 81 ms to load at best, where a whole worker starts in about 60.

## Logs

One JSON object a line, on stderr; those of \`skep run\` and of its distributor and workers in a file below the data directory (and on stderr with
\`--verbose\`). Lines carry \`workflow_run_id\`, \`task_instance_id\`, \`route\` and \`trace_id\` where they are known. At level \`debug\` the server
writes a line for each request. Tokens, addresses with secrets and bodies of requests are in none.
`;
}
