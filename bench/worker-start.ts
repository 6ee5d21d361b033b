/** From the start of a worker process for one task instance, as a cluster starts it, to the first line of its command. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { routes } from '../src/api/routes.ts';
import { Workplace } from '../test/support/workplace.ts';
import { benchmark } from './framework/benchmark.ts';

const WORKERS = 21;
const CLUSTER = ['--cluster_name', 'multiprocess', '--expected_jobmon_version', '3.6.0'];
const STAMP = 'date +%s%N';

await benchmark(async ({ directory, add, size }) => {
  const cleanUps: (() => unknown)[] = [];
  const place = await Workplace.open({ after: (action) => cleanUps.push(action) });
  try {
    const stamps = join(directory, 'stamps');
    const bound = await place.bind(Array.from({ length: size(WORKERS) }, () => `${STAMP} >> ${stamps}`));
    const run = await place.link(bound);
    for (const status of ['I', 'O', 'R']) await place.moveRun(run, status);
    const ids = await place.queue(bound, run);
    await place.requester.call(routes.instantiateTaskInstances, { body: { task_instance_ids: ids } });
    const starts: bigint[] = [];
    for (const id of ids) {
      starts.push(BigInt(Date.now()) * 1_000_000n);
      await worker(place, id);
    }
    const ends = readFileSync(stamps, 'utf8').trim().split('\n').map(BigInt);
    add({
      work: 'start of one worker, to its command',
      values: ends.map((end, index) => Number(end - (starts[index] as bigint)) / 1e6),
      unit: 'ms',
      reach: '≤ 60 ms',
      yardstick: { name: '`node -e` with the same line in `sh -c`', values: ids.map(() => bareNode()), unit: 'ms' },
    });
  } finally {
    for (const cleanUp of cleanUps) await cleanUp();
  }
});

async function worker(place: Workplace, id: number): Promise<void> {
  const words = [resolve('dist/worker/main.cjs'), 'worker_node_job', '--task_instance_id', String(id), ...CLUSTER];
  const env = {
    ...place.environment,
    JOB_ID: '1',
    SKEP__LOG__LEVEL: 'warn',
    NODE_COMPILE_CACHE: join(homedir(), '.cache', 'skep', 'compiled'),
  };
  const child = spawn(process.execPath, words, { env, stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`The worker ended with ${code}.`);
}

/** Milliseconds until a Node process that does nothing else has started a shell that looks at the clock. */
function bareNode(): number {
  const started = Date.now();
  const program = `process.stdout.write(require('node:child_process').execFileSync('sh', ['-c', '${STAMP}']))`;
  const { stdout } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  return Number(BigInt(stdout.trim()) - BigInt(started) * 1_000_000n) / 1e6;
}
