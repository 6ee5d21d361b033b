/** A run that is itself a job of a real Slurm cluster. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { until, type Workbench } from '../e2e/skep.ts';
import { journals, livingJobs, open, write } from './scene.ts';
import { accounted, command, noSlurm, useSlurm } from './slurm.ts';

const skip = { skip: noSlurm };
useSlurm();

const TASKS = 20;
const JOB = ['--detach-to', 'hpc', '--job-queue=normal', '--job-memory', '1G', '--job-time', '5m'];

/** A server that outlives the commands, as one that the nodes reach. */
async function serve(bench: Workbench) {
  const server = bench.start('server', 'start', '--port', '0');
  await until(() => server.output().includes('Serving at'), `the server was there:\n${server.errors()}`);
  return async () => {
    server.signal('SIGTERM');
    assert.equal((await server.ended).code, 0);
  };
}

const stateOf = (job: string) => command('squeue', '-h', '-t', 'all', '-j', job, '-o', '%T').trim();

test('nothing stays where the run was started, and its workflow is watched to its end', skip, async (context) => {
  const bench = await open(context);
  const file = write(bench, { command: 'echo start >> $j; echo end >> $j', tasks: TASKS });
  const refused = await bench.run('run', file, ...JOB);
  assert.equal(refused.code, 2);
  assert.match(refused.errors, /No server runs that a job could use/);
  const close = await serve(bench);
  const { code, output, errors } = await bench.run('run', file, ...JOB);
  assert.equal(code, 0, errors);
  const [, job = '', path = ''] = /^Workflow 1 runs as job (\d+) of cluster hpc\. .*: {2}(\S+)$/m.exec(output) ?? [];
  const watched = await bench.run('workflow', 'watch', '-w', '1');
  assert.equal(watched.code, 0, watched.errors);
  assert.match(watched.output, /Workflow 1 work is DONE; 20 tasks: done 20/);
  await until(() => stateOf(job) === 'COMPLETED', `the job had ended:\n${readFileSync(path, 'utf8')}`);
  assert.match(readFileSync(path, 'utf8'), /Done: all 20 tasks/);
  assert.deepEqual(
    journals(bench, TASKS).map((lines) => lines.join()),
    Array.from({ length: TASKS }, () => 'start,end'),
  );
  const [line] = await accounted('JobID,ReqMem,TimelimitRaw,AllocCPUS', ([id]) => id === `${job}_0`, 1);
  assert.deepEqual(line?.slice(1), ['1G', '5', '1']);
  await close();
});

for (const how of [['scancel'], ['scancel', '--signal=KILL', '--full']] as const) {
  test(`after ${how.join(' ')} to its job the workflow is resumed by its id`, skip, async (context) => {
    const bench = await open(context);
    const close = await serve(bench);
    const command_ = `echo start >> $j; while test ! -e ${bench.path('go')}; do sleep 0.1; done; echo end >> $j`;
    const file = write(bench, { command: command_, tasks: TASKS, attempts: 3 });
    const { code, output, errors } = await bench.run('run', file, ...JOB);
    assert.equal(code, 0, errors);
    const [, job = ''] = /as job (\d+) /.exec(output) ?? [];
    await until(() => journals(bench, TASKS).flat().length >= 8, 'eight tasks had started');
    const [program, ...words] = how;
    command(program, ...words, job);
    await until(() => !['RUNNING', 'COMPLETING'].includes(stateOf(job)), 'the job was over');
    bench.write('go', '');
    const resumed = await bench.run('workflow', 'resume', '-w', '1', '-c', 'hpc');
    assert.equal(resumed.code, 0, resumed.errors);
    for (const lines of journals(bench, TASKS)) {
      assert.equal(lines.filter((line) => line === 'end').length, 1, lines.join());
    }
    assert.deepEqual(livingJobs(), []);
    await close();
  });
}
