/**
 * Whether workflows end when the server foretold it: recorded ones, replayed by real processes a hundred times as fast on
 * so many slots, each on a new database, so that nothing is known from a run before.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Requester } from '../src/api/requester.ts';
import type { AnswerOf } from '../src/api/route.ts';
import { getWorkflowProgress, listWorkflows } from '../src/api/routes/progress.ts';
import { benchmark } from './framework/benchmark.ts';
import { secondsOf, skep } from './framework/commands.ts';
import { BenchServer } from './framework/server.ts';

const traces = resolve('../shared/data/wfformat');
const TRACES = [
  { name: 'bacass-dirt02-001', tasks: 11 },
  { name: 'airrflow-dirt02-001', tasks: 212 },
  { name: '1000genome-chameleon-22ch-250k-001', tasks: 902 },
  { name: 'montage-chameleon-dss-15d-001', tasks: 2122 },
];
/** Tasks at once: schedules that are bound by room, and others that are bound by who waits for whom. */
const SLOTS = [2, 4, 8];
const SHARES = [0.25, 0.5, 0.75];
/** Milliseconds between two looks. */
const PAUSE = 100;
/** Run times are divided by it; the trial run has a hundredth of that time. */
const SPEED = 100;

type Progress = AnswerOf<typeof getWorkflowProgress>;

interface Told {
  readonly trace: string;
  readonly share: number;
  readonly holds: boolean;
  /** Of the range, in relation to the time that was left. */
  readonly width: number;
}

await benchmark(async ({ directory, size, add }) => {
  if (!existsSync(traces)) {
    console.error(`forecast is not measured: there are no recorded workflows at ${traces}.`);
    return;
  }
  const most = size(10_000);
  const slower = size(1000) / 1000;
  const told: Told[] = [];
  for (const trace of TRACES.filter(({ tasks }) => tasks <= most)) {
    for (const slots of SLOTS) {
      const place = join(directory, `${trace.name}-${slots}`);
      told.push(...(await foretold(trace.name, { slots, timeScale: slower / SPEED, place })));
    }
  }
  for (const share of SHARES) {
    const atShare = told.filter((one) => one.share === share);
    const held = atShare.filter(({ holds }) => holds);
    const work = `forecast at ${100 * share} % of the tasks, ${atShare.length} runs of recorded workflows`;
    const remark = Array.from(
      Map.groupBy(atShare, ({ trace }) => trace),
      ([trace, ofTrace]) =>
        `${trace.split('-')[0]} ${ofTrace.filter(({ holds }) => holds).length} of ${ofTrace.length}`,
    ).join(', ');
    const values = [(100 * held.length) / Math.max(1, atShare.length)];
    add({ work: `${work}: true end in the range`, values, unit: '%', reach: '≥ 80 %', remark });
    const widths = atShare.map(({ width }) => 100 * width);
    add({ work: `${work}: width, in % of the time left`, values: widths.length === 0 ? [0] : widths, unit: '%' });
  }
});

async function foretold(
  trace: string,
  { slots, timeScale, place }: { slots: number; timeScale: number; place: string },
): Promise<Told[]> {
  const data = join(place, 'data');
  await using server = await BenchServer.start(data);
  const cluster = [
    'server',
    'cluster',
    'add',
    'multiprocess',
    '--type',
    'multiprocess',
    '--parameters',
    `parallelism=${slots}`,
  ];
  secondsOf(skep(cluster, data));
  const file = join(traces, `${trace}.json`);
  const words = ['run', file, '--time-scale', `${timeScale}`, '--work-dir', join(place, 'work')];
  const { program, arguments: all, environment } = skep(words, data);
  const client = spawn(program, [...all], { env: { ...process.env, ...environment }, stdio: 'ignore' });
  const seen = await watched(server.requester(), client);
  const last = seen.at(-1);
  if (last?.workflow.status !== 'D') throw new Error(`${trace} ended as ${last?.workflow.status}, with tasks undone.`);
  return SHARES.flatMap((share) => judged(trace, share, seen, last.workflow.status_changed));
}

/** All that was told of the run, the last time when it was over. */
async function watched(requester: Requester, client: ChildProcess): Promise<Progress[]> {
  const ended = once(client, 'exit');
  const seen: Progress[] = [];
  let workflowId: number | undefined;
  for (let isOver = false; !isOver; ) {
    isOver = client.exitCode !== null;
    workflowId ??= (await requester.call(listWorkflows, { query: {} })).workflows[0]?.workflow_id;
    if (workflowId !== undefined) {
      seen.push(await requester.call(getWorkflowProgress, { params: { workflow_id: workflowId } }));
    }
    await sleep(PAUSE);
  }
  await ended;
  return seen;
}

/** What was told when that share was first seen to be done; nothing if that was at the end, or nothing was told. */
function judged(trace: string, share: number, seen: readonly Progress[], end: number): Told[] {
  const first = seen.find(({ workflow }) => workflow.tasks > 0 && workflow.counts.DONE >= share * workflow.tasks);
  if (first === undefined || !first.workflow.live) return [];
  if (first.forecast === null) return [{ trace, share, holds: false, width: Number.POSITIVE_INFINITY }];
  const { earliest, latest } = first.forecast;
  const left = Math.max(1, end - first.now);
  const holds = earliest <= end && end <= latest;
  const width = (latest - earliest) / left;
  console.error(
    `${trace} at ${100 * share} %: foretold ${inSeconds(earliest - first.now)} to ${inSeconds(latest - first.now)}, ended after ${inSeconds(left)}`,
  );
  return [{ trace, share, holds, width }];
}

function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
