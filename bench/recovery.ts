/** How long nothing is started after a part of Skep was killed without warning, in the middle of a run of short tasks. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { benchmark } from './framework/benchmark.ts';
import { end, StampedRun, until } from './framework/stamped-run.ts';

const TASKS = 2000;
/** As many as are certainly not over before somebody is killed, also in a trial run. */
const FEWEST = 200;
/** Stamps before the kill. */
const UNDER_WAY = 20;
/** Commands that may have been permitted before the kill, and start without any server: eight ahead for each of two cores, and one. */
const PERMITTED = 18;
/** Seconds for which the server is down: none, and long enough for everybody to wait longer between two attempts. */
const OUTAGES = [0, 10];

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

/** Seconds from the start of the new server until a task is started that no other server has permitted. */
async function restartServer(directory: string, count: number, outage: number): Promise<number> {
  const scene = new StampedRun(directory, count);
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
  const later = () => scene.stamps().filter(({ time }) => time > listens);
  await until(() => later().length > PERMITTED);
  const first = later()[PERMITTED];
  await end(client, 'SIGTERM');
  await end(next, 'SIGTERM');
  return ((first?.time ?? Number.NaN) - started) / 1000;
}

/** Seconds from the start of a run until its first task is started: of the first one, and of the one after it was killed. */
async function resumeClient(directory: string, count: number): Promise<{ fresh: number; resumed: number }> {
  const scene = new StampedRun(directory, count);
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
