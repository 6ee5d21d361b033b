/** `buildFromWorkflowId`: the swarm of a workflow that lies in a database on disk, over HTTP, with all its heartbeats. */
import { join } from 'node:path';
import type { Transport } from '../src/api/transport.ts';
import { SwarmBuilder } from '../src/client/swarm/builder.ts';
import { withoutExtensions } from '../test/support/without-extensions.ts';
import { benchmark } from './framework/benchmark.ts';
import { growthExponent, median } from './framework/figure.ts';
import { liveBytes } from './framework/heap.ts';
import { createLargeDatabase, type LargeWorkflow } from './framework/large-database.ts';
import { BenchServer } from './framework/server.ts';

/** Seconds between two heartbeats: far less than a run has, so that a hold-up shows. */
const HEARTBEAT_INTERVAL = 0.5;

const WAYS = [
  { name: 'our own server', around: (transport: Transport) => transport },
  { name: 'the compatible routes alone', around: withoutExtensions },
];

await benchmark(async ({ directory, repeats, sizes, add }) => {
  const points: { way: string; size: number; seconds: number }[] = [];
  for (const size of sizes(100_000, 1_000_000)) {
    const data = join(directory, String(size));
    const workflow = await createLargeDatabase(data, size);
    await using server = await BenchServer.start(data);
    for (const { name, around } of WAYS) {
      const builds: Build[] = [];
      for (let round = 0; round < repeats; round++) builds.push(await build(server, workflow, around));
      const seconds = median(builds.map((build) => build.seconds));
      points.push({ way: name, size: workflow.tasks, seconds });
      const growth = growthExponent(points.filter(({ way }) => way === name));
      const bytes = median(builds.map((build) => build.bytes)) / workflow.tasks;
      const gap = Math.max(...builds.map((build) => build.longestGap));
      add({
        work: `build the swarm of ${workflow.tasks.toLocaleString('en')} tasks, ${workflow.edges.toLocaleString('en')} edges: ${name}`,
        values: builds.map((build) => build.seconds),
        unit: 's',
        reach: '≤ 20 s for 1,000,000',
        peak: process.resourceUsage().maxRSS * 1024,
        remark: [
          `${Math.round(bytes)} bytes of heap a task (reach: ≤ 600)`,
          `longest time between heartbeats every ${HEARTBEAT_INTERVAL} s: ${gap.toFixed(2)} s`,
          ...(Number.isFinite(growth) ? [`growth exponent ${growth.toFixed(2)}`] : []),
        ].join('; '),
      });
    }
  }
});

interface Build {
  readonly seconds: number;
  /** What the swarm holds when it is built. */
  readonly bytes: number;
  /** Seconds. */
  readonly longestGap: number;
}

async function build(
  server: BenchServer,
  workflow: LargeWorkflow,
  around: (transport: Transport) => Transport,
): Promise<Build> {
  const beats: number[] = [];
  const requester = server.requester((transport) => noting(around(transport), '/log_heartbeat', beats));
  const builder = new SwarmBuilder(requester, workflow.workflowRunId, {
    heartbeatInterval: HEARTBEAT_INTERVAL,
    initialStatus: 'L',
  });
  const before = liveBytes();
  const started = performance.now();
  await builder.buildFromWorkflowId(workflow.workflowId);
  const ended = performance.now();
  await requester.close();
  const bytes = liveBytes() - before;
  if (builder.tasks.size !== workflow.tasks) throw new Error(`The swarm has ${builder.tasks.size} tasks.`);
  const times = [...beats, ended];
  const gaps = times.map((time, index) => (time - (times[index - 1] ?? started)) / 1000);
  return { seconds: (ended - started) / 1000, bytes, longestGap: Math.max(...gaps) };
}

/** Notes when requests to a path are sent. */
function noting(transport: Transport, path: string, times: number[]): Transport {
  return {
    ...transport,
    send: (request) => {
      if (request.url.includes(path)) times.push(performance.now());
      return transport.send(request);
    },
  };
}
