/** A distributor that is started by hand on a real Slurm cluster: its jobs outlive it, and the next one goes on with them. */
import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { test } from 'node:test';
import { processesOf } from '../e2e/processes.ts';
import { type Started, until } from '../e2e/skep.ts';
import { journals, livingJobs, open, write } from './scene.ts';
import { noSlurm, useSlurm } from './slurm.ts';

const skip = { skip: noSlurm };
const TASKS = 40;

useSlurm();

const wanted = (run: Started) => run.errors().split('skep distributor start --workflow-run 1').length - 1;

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test(`${signal} to distributors half-way, again and again: each task runs exactly once`, skip, async (context) => {
    const bench = await open(context);
    const file = write(bench, { command: 'echo start >> $j; sleep 1; echo end >> $j', tasks: TASKS });
    const run = bench.start('run', file, '--external-distributor', '--max-concurrent', '12');
    await until(() => wanted(run) === 1, 'the client had asked for a distributor');
    const ended = () => journals(bench, TASKS).filter((lines) => lines.includes('end')).length;
    for (const goal of [1, 10, 20]) {
      const distributor = bench.start('distributor', 'start', '--workflow-run', '1');
      const isThere = () => distributor.errors().includes('ALIVE') && ended() >= goal;
      await until(isThere, `it was ready and ${goal} tasks had ended:\n${distributor.errors()}`);
      distributor.signal(signal);
      const { code, errors } = await distributor.ended;
      assert.equal(code, signal === 'SIGTERM' ? 143 : null, errors);
    }
    const last = bench.start('distributor', 'start', '--workflow-run', '1');
    const { code, errors } = await last.ended;
    assert.equal(code, 0, errors);
    assert.equal((await run.ended).code, 0, run.errors());
    assert.deepEqual(
      journals(bench, TASKS).map((lines) => lines.join()),
      Array.from({ length: TASKS }, () => 'start,end'),
    );
    assert.deepEqual(livingJobs(), []);
    assert.deepEqual(processesOf(bench), []);
  });
}

test(
  'a distributor that dies before it knows that Slurm took a batch: the next one finds the jobs',
  skip,
  async (context) => {
    const bench = await open(context);
    const file = write(bench, { command: 'echo start >> $j; sleep 8; echo end >> $j', tasks: 30 });
    const run = bench.start('run', file, '--external-distributor');
    await until(() => wanted(run) === 1, 'the client had asked for a distributor');
    // Slurm's answer takes its way back for longer than the distributor lives.
    bench.environment.PATH = `${bench.write('slow/sbatch', '#!/bin/sh\n/usr/bin/sbatch "$@"; sleep 60\n').replace(/\/sbatch$/, '')}:${process.env.PATH}`;
    chmodSync(bench.path('slow/sbatch'), 0o755);
    const first = bench.start('distributor', 'start', '--workflow-run', '1');
    await until(() => livingJobs().length === 30, `the jobs were there:\n${first.errors()}`);
    first.signal('SIGKILL');
    await first.ended;
    bench.environment.PATH = process.env.PATH as string;
    const second = await bench.run('distributor', 'start', '--workflow-run', '1');
    assert.equal(second.code, 0, second.errors);
    assert.equal((await run.ended).code, 0, run.errors());
    for (const lines of journals(bench, 30)) assert.equal(lines.join(), 'start,end');
  },
);

test('Ctrl-C of the client ends the jobs that its distributor has submitted', skip, async (context) => {
  const bench = await open(context);
  const server = bench.start('server', 'start');
  await until(() => server.output().includes('Serving at'), `the server was there:\n${server.errors()}`);
  const file = write(bench, { command: 'echo start >> $j; sleep 100', tasks: 20 });
  const run = bench.start('run', file, '--external-distributor');
  await until(() => wanted(run) === 1, 'the client had asked for a distributor');
  const distributor = bench.start('distributor', 'start', '--workflow-run', '1');
  await until(() => journals(bench, 20).flat().length >= 8, `eight had started:\n${distributor.errors()}`);
  run.signal('SIGINT');
  assert.notEqual((await run.ended).code, 0);
  assert.equal((await distributor.ended).code, 1, distributor.errors());
  assert.deepEqual(livingJobs(), []);
  server.signal('SIGTERM');
  await server.ended;
});
