/** The largest requests that the server takes, and how long a small one waits beside them. */
import { join } from 'node:path';
import { httpTransport, type Transport, type TransportAnswer } from '../src/api/transport.ts';
import { benchmark } from './framework/benchmark.ts';
import { BenchServer } from './framework/server.ts';

const MIB = 1024 * 1024;
/** Seconds until a request counts as lost. */
const PATIENCE = 300;
/** Milliseconds between two small requests. */
const PAUSE = 5;

interface Large {
  readonly work: string;
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: () => string;
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => index + 1).join();
/** A JSON text of so many bytes, made of `start`, one `piece` after the other, and `end`. */
const filled = (bytes: number, start: string, piece: string, end: string) => {
  const count = Math.floor((bytes - start.length - end.length) / piece.length);
  return `${start}${piece.repeat(count)}${end}`;
};

/** Those of a size in bytes are as long as the server's limit allows. */
const requests = (size: (wanted: number) => number): readonly Large[] => [
  {
    work: '100,000 ids: sync_status',
    method: 'POST',
    path: '/workflow_run/1/sync_status',
    body: () => `{"status":"O","task_instance_ids":[${ids(size(100_000))}]}`,
  },
  {
    work: '100,000 ids: instantiate_task_instances',
    method: 'POST',
    path: '/task_instance/instantiate_task_instances',
    body: () => `{"task_instance_ids":[${ids(size(100_000))}]}`,
  },
  {
    work: '100,000 ids: get_downstream_tasks',
    method: 'POST',
    path: '/task/get_downstream_tasks',
    body: () => `{"dag_id":1,"task_ids":[${ids(size(100_000))}]}`,
  },
  {
    work: '64 MiB of one text: tool, refused',
    method: 'POST',
    path: '/tool',
    body: () => filled(size(64 * MIB), '{"name":"', 'x', '"}'),
  },
  {
    work: '64 MiB of ids: sync_status',
    method: 'POST',
    path: '/workflow_run/1/sync_status',
    body: () => filled(size(64 * MIB), '{"status":"O","task_instance_ids":[', '123456,', '1]}'),
  },
  {
    work: '64 MiB of nested lists: bind_resources, refused',
    method: 'POST',
    path: '/task/bind_resources',
    body: () =>
      filled(size(64 * MIB), '{"queue_id":1,"task_resources_type_id":7,"requested_resources":{"a":[', '[[]],', '[]]}}'),
  },
  {
    work: '64 MiB of tasks with hashes beyond 2^53: bind_tasks, refused at the last',
    method: 'PUT',
    path: '/task/bind_tasks_no_args',
    body: () => {
      const task = (key: number) => `"${key}":[1,98765432109876543210,1,1,"task","sh -c 'true'",3,false,{},[]],`;
      const tasks = Array.from({ length: size(900_000) }, (_, key) => task(key)).join('');
      return `{"workflow_id":1,"mark_created":true,"tasks":{${tasks}"last":[]}}`;
    },
  },
  {
    work: '65 MiB: tool, too large',
    method: 'POST',
    path: '/tool',
    body: () => filled(size(65 * MIB), '{"name":"', 'x', '"}'),
  },
];

await benchmark(async ({ directory, repeats, size, add }) => {
  await using server = await BenchServer.start(join(directory, 'data'));
  const headers = { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' };
  const transport = httpTransport(server.url);
  for (const { work, method, path, body } of requests(size)) {
    const payload = Buffer.from(body());
    const statuses = new Set<string>();
    const seconds: number[] = [];
    const longest: number[] = [];
    for (let count = 0; count < repeats; count++) {
      const watch = watchHealth(transport);
      const started = performance.now();
      const sent = transport.send({ method, url: `/api/v3${path}`, headers, body: payload, timeout: PATIENCE });
      statuses.add(await sent.then(statusOf, refusedEarly));
      seconds.push((performance.now() - started) / 1000);
      longest.push(await watch.end());
    }
    add({
      work,
      values: seconds,
      unit: 's',
      yardstick: { name: 'longest `/health` beside it', values: longest, unit: 's' },
      remark: `${(Buffer.byteLength(payload) / MIB).toFixed(1)} MiB, status ${[...statuses].join(' or ')}`,
    });
  }
});

function statusOf({ status }: TransportAnswer): string {
  return String(status);
}

/** The server may close the connection while the rest of a body that it refuses is still being sent. */
function refusedEarly(error: Error): string {
  return `closed (${error.message})`;
}

/** Sends small requests, one after the other, until `end`, which gives the seconds of the longest. */
function watchHealth(transport: Transport): { end(): Promise<number> } {
  let isOver = false;
  const watching = (async () => {
    let longest = 0;
    while (!isOver) {
      const started = performance.now();
      await transport.send({ method: 'GET', url: '/api/v3/health', headers: {}, timeout: PATIENCE });
      longest = Math.max(longest, (performance.now() - started) / 1000);
      await new Promise((resume) => setTimeout(resume, PAUSE));
    }
    return longest;
  })();
  return {
    end: () => {
      isOver = true;
      return watching;
    },
  };
}
