/** How long nothing is started after a part of Skep was killed without warning, in the middle of a run of short tasks. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { benchmark } from './framework/benchmark.ts';

const TASKS = 2000;
/** As many as are certainly not over before somebody is killed, also in a trial run. */
const FEWEST = 200;
/** Stamps before the kill. */
const UNDER_WAY = 20;
/** Seconds for which the server is down: none, and long enough for everybody to wait longer between two attempts. */
const OUTAGES = [0, 10];
/** Milliseconds between two looks at a file. */
const PAUSE = 5;

await benchmark(async ({ directory, repeats, size, add }) => {
  const count = Math.max(FEWEST, size(TASKS));
  const scenes = Array.from({ length: repeats }, (_, index) => index);
  for (const outage of OUTAGES) {
    const values: number[] = [];
    for (const index of scenes)
      values.push(await restartServer(join(directory, `server-${outage}-${index}`), count, outage));
    const after = outage === 0 ? 'at once' : `after ${outage} s`;
    add({
      work: `server killed and started again ${after}: from its start to the next task`,
      values,
      unit: 's',
      reach: '≤ 5 s',
    });
  }
  const resumed: number[] = [];
  const fresh: number[] = [];
  for (const index of scenes) {
    const times = await resumeClient(join(directory, `client-${index}`), count);
    resumed.push(times.resumed);
    fresh.push(times.fresh);
  }
  add({
    work: '`skep run` killed: from `skep run --resume` to its first task',
    ...{ values: resumed, unit: 's', reach: '≤ 3 s' },
    yardstick: { name: 'the first `skep run`', values: fresh, unit: 's' },
  });
});

/** Seconds from the start of the new server until a task is started. */
async function restartServer(directory: string, count: number, outage: number): Promise<number> {
  const scene = new Scene(directory, count);
  const server = scene.start('server', 'start');
  await until(() => existsSync(scene.record));
  const { url } = JSON.parse(readFileSync(scene.record, 'utf8'));
  const client = scene.run();
  await until(() => scene.stamps().length >= UNDER_WAY);
  await end(server, 'SIGKILL');
  await sleep(outage * 1000);
  const started = Date.now();
  const next = scene.start('server', 'start', '--port', new URL(url).port);
  await until(() => JSON.parse(readFileSync(scene.record, 'utf8')).pid === next.pid);
  const listens = Date.now();
  await until(() => scene.stamps().some(({ time }) => time > listens));
  const first = scene.stamps().find(({ time }) => time > listens);
  await end(client, 'SIGTERM');
  await end(next, 'SIGTERM');
  return ((first?.time ?? Number.NaN) - started) / 1000;
}

/** Seconds from the start of a run until its first task is started: of the first one, and of the one after it was killed. */
async function resumeClient(directory: string, count: number): Promise<{ fresh: number; resumed: number }> {
  const scene = new Scene(directory, count);
  const started = Date.now();
  const client = scene.run();
  await until(() => scene.stamps().length >= UNDER_WAY);
  await end(client, 'SIGKILL');
  const startedAgain = Date.now();
  const next = scene.run('--resume');
  await until(() => scene.stamps().some(({ run }) => run === 2));
  const [first, second] = [1, 2].map((wanted) => scene.stamps().find(({ run }) => run === wanted)?.time ?? Number.NaN);
  await end(next, 'SIGTERM');
  return { fresh: ((first as number) - started) / 1000, resumed: ((second as number) - startedAgain) / 1000 };
}

class Scene {
  readonly record: string;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #file: string;

  constructor(directory: string, count: number) {
    const data = join(directory, 'data');
    this.record = join(data, 'server.json');
    this.#file = join(data, 'stamps');
    const own = { SKEP__SERVER__DATA_DIR: data, STAMPS: this.#file, TASKS: String(count) };
    this.#environment = { ...process.env, ...own };
  }

  start(...words: string[]): ChildProcess {
    return spawn(process.execPath, [resolve('bin/skep.js'), ...words], { env: this.#environment, stdio: 'ignore' });
  }

  run(...words: string[]): ChildProcess {
    return this.start('run', resolve('bench/workflows/stamped.workflow.ts'), ...words);
  }

  /** The run and the time (milliseconds since the epoch) of each task that was started, in this order. */
  stamps(): { readonly run: number; readonly time: number }[] {
    if (!existsSync(this.#file)) return [];
    const lines = readFileSync(this.#file, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => {
      const [run = '', time = ''] = line.split(' ');
      return { run: Number(run), time: Number(BigInt(time) / 1000n) / 1000 };
    });
  }
}

async function end(started: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(started, 'exit');
  started.kill(signal);
  await ended;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(PAUSE);
}
