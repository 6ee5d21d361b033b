/**
 * The largest requests that the server takes, and how long a small one waits beside them. Prints a table; asserts nothing
 * about time.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Dispatcher, request } from 'undici';

const LIMIT = 64 * 1024 * 1024;
/** Milliseconds between two small requests. */
const PAUSE = 5;

interface Large {
  readonly work: string;
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: () => string;
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => index + 1).join();
/** A JSON text of as many bytes as the limit allows, made of `start`, one `piece` after the other, and `end`. */
const filled = (start: string, piece: string, end: string, limit = LIMIT) => {
  const count = Math.floor((limit - start.length - end.length) / piece.length);
  return `${start}${piece.repeat(count)}${end}`;
};

const requests: readonly Large[] = [
  {
    work: '100,000 ids: sync_status',
    method: 'POST',
    path: '/workflow_run/1/sync_status',
    body: () => `{"status":"O","task_instance_ids":[${ids(100_000)}]}`,
  },
  {
    work: '100,000 ids: instantiate_task_instances',
    method: 'POST',
    path: '/task_instance/instantiate_task_instances',
    body: () => `{"task_instance_ids":[${ids(100_000)}]}`,
  },
  {
    work: '100,000 ids: get_downstream_tasks',
    method: 'POST',
    path: '/task/get_downstream_tasks',
    body: () => `{"dag_id":1,"task_ids":[${ids(100_000)}]}`,
  },
  {
    work: '64 MiB of one text: tool, refused',
    method: 'POST',
    path: '/tool',
    body: () => filled('{"name":"', 'x', '"}'),
  },
  {
    work: '64 MiB of ids: sync_status',
    method: 'POST',
    path: '/workflow_run/1/sync_status',
    body: () => filled('{"status":"O","task_instance_ids":[', '123456,', '1]}'),
  },
  {
    work: '64 MiB of nested lists: bind_resources, refused',
    method: 'POST',
    path: '/task/bind_resources',
    body: () => filled('{"queue_id":1,"task_resources_type_id":7,"requested_resources":{"a":[', '[[]],', '[]]}}'),
  },
  {
    work: '64 MiB of tasks with hashes beyond 2^53: bind_tasks, refused at the last',
    method: 'PUT',
    path: '/task/bind_tasks_no_args',
    body: () => {
      const task = (key: number) => `"${key}":[1,98765432109876543210,1,1,"task","sh -c 'true'",3,false,{},[]],`;
      const tasks = Array.from({ length: 900_000 }, (_, key) => task(key)).join('');
      return `{"workflow_id":1,"mark_created":true,"tasks":{${tasks}"last":[]}}`;
    },
  },
  {
    work: '65 MiB: tool, too large',
    method: 'POST',
    path: '/tool',
    body: () => filled('{"name":"', 'x', '"}', LIMIT + 1024 * 1024),
  },
];

const directory = mkdtempSync(join(tmpdir(), 'skep-bench-'));
const server = startServer();
try {
  const { url, token_file } = await addressOf(server);
  const token = readFileSync(token_file, 'utf8').trim();
  console.log(
    '| request | MiB | status | seconds | longest /health beside it, seconds |\n| --- | --- | --- | --- | --- |',
  );
  for (const { work, method, path, body } of requests) {
    const payload = Buffer.from(body());
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const watch = watchHealth(url);
    const started = performance.now();
    const sent = request(`${url}/api/v3${path}`, { method, headers, body: payload });
    const status = await sent.then(statusOf, refusedEarly);
    const seconds = (performance.now() - started) / 1000;
    const longest = await watch.end();
    const cells = [work, (payload.length / 1024 / 1024).toFixed(1), status, seconds.toFixed(2), longest.toFixed(2)];
    console.log(`| ${cells.join(' | ')} |`);
  }
} finally {
  server.kill('SIGTERM');
  await new Promise((done) => server.once('close', done));
  rmSync(directory, { recursive: true, force: true });
}

async function statusOf({ statusCode, body }: Dispatcher.ResponseData): Promise<string> {
  await body.dump();
  return String(statusCode);
}

/** The server may close the connection while the rest of a body that it refuses is still being sent. */
function refusedEarly(error: Error): string {
  return `closed (${error.message})`;
}

function startServer(): ChildProcess {
  const environment = { ...process.env, SKEP__SERVER__DATA_DIR: join(directory, 'data') };
  const words = [resolve('bin/skep.js'), 'server', 'start', '--port', '0'];
  return spawn(process.execPath, words, { cwd: directory, env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function addressOf(started: ChildProcess): Promise<{ url: string; token_file: string }> {
  const record = join(directory, 'data', 'server.json');
  while (!existsSync(record)) {
    if (started.exitCode !== null) throw new Error(`The server ended with ${started.exitCode}.`);
    await new Promise((resume) => setTimeout(resume, PAUSE));
  }
  return JSON.parse(readFileSync(record, 'utf8'));
}

/** Sends small requests, one after the other, until `end`, which gives the seconds of the longest. */
function watchHealth(url: string): { end(): Promise<number> } {
  let isOver = false;
  const watching = (async () => {
    let longest = 0;
    while (!isOver) {
      const started = performance.now();
      await request(`${url}/api/v3/health`).then(statusOf);
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
