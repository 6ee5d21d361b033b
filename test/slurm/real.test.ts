/** Workflows on a real Slurm cluster, undisturbed and with its parts failing. Each test checks what the tasks wrote. */
import assert from 'node:assert/strict';
import { chmodSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { killAll } from '../e2e/processes.ts';
import { until } from '../e2e/skep.ts';
import { journal, journals, livingJobs, openBench as open, writeWork as write } from './bench.ts';
import { accounted, command, noSlurm, slurm, useSlurm } from './slurm.ts';

const skip = { skip: noSlurm };

useSlurm();

test('a hundred tasks, each of which fails once', skip, async (context) => {
  const bench = await open(context);
  const file = write(bench, { command: 'echo start >> $j; test $(wc -l < $j) -gt 1', tasks: 100, attempts: 2 });
  const { code, output, errors } = await bench.run('run', file);
  assert.equal(code, 0, errors + output);
  assert.ok(journals(bench, 100).every(({ length }) => length === 2));
  assert.deepEqual(livingJobs(), []);
});

test('Ctrl-C ends the jobs, also those that wait', skip, async (context) => {
  const bench = await open(context);
  const run = bench.start('run', write(bench, { command: 'echo start >> $j; sleep 100', tasks: 30 }));
  await until(() => journals(bench, 30).flat().length >= 8, `eight had started:\n${run.errors()}`);
  run.signal('SIGINT');
  assert.notEqual((await run.ended).code, 0);
  assert.deepEqual(livingJobs(), []);
});

test(
  'everything of a run is killed: the resume ends its jobs first, and no two attempts overlap',
  skip,
  async (context) => {
    const bench = await open(context);
    const file = write(bench, { command: 'echo start >> $j; sleep 4; echo end >> $j', tasks: 20, attempts: 3 });
    const run = bench.start('run', file);
    await until(() => journals(bench, 20).flat().includes('end'), `one had ended:\n${run.errors()}`);
    killAll(bench);
    await run.ended;
    const { code, errors } = await bench.run('run', file, '--resume');
    assert.equal(code, 0, errors);
    for (const lines of journals(bench, 20)) assert.equal(lines.at(-1), 'end', lines.join());
    assert.deepEqual(livingJobs(), []);
  },
);

test('a task that runs out of memory gets more memory, and no more time', skip, async (context) => {
  const bench = await open(context);
  const text = 'echo $SLURM_JOB_ID >> $j; test $(wc -l < $j) -gt 1 || head -c 1500m /dev/zero | tail > /dev/null';
  const { code, errors } = await bench.run('run', write(bench, { command: text, tasks: 1, attempts: 2 }));
  assert.equal(code, 0, errors);
  const ids = journal(bench, 0);
  const jobs = await accounted('JobIDRaw,ReqMem,TimelimitRaw', ([id = '']) => ids.includes(id), 2);
  assert.deepEqual(
    jobs.map(([, memory, minutes]) => [memory, minutes]),
    [
      ['1G', '1'],
      ['2G', '1'],
    ],
  );
});

test('a lost node costs no try and no resources, and waits for the lease', skip, async (context) => {
  const bench = await open(context);
  const text = 'echo $SLURM_JOB_NODELIST >> $j; test $(wc -l < $j) -gt 1 || exec sleep 100';
  const file = write(bench, { command: text, tasks: 1, resources: 'runtime: 60s, lease: 4' });
  const run = bench.start('run', file);
  await until(() => journal(bench, 0).length === 1, `it had started:\n${run.errors()}`);
  const [node = ''] = journal(bench, 0);
  slurm('node-crash', node); // Nobody is left to report, and Slurm finds out when it looks.
  command('scontrol', 'update', `nodename=${node}`, 'state=down', 'reason=test');
  const { code, errors } = await run.ended;
  assert.equal(code, 0, errors);
  assert.equal(journal(bench, 0).length, 2);
});

test('a submission whose answer is lost is found, and not made again', skip, async (context) => {
  const bench = await open(context);
  const wrapper = bench.write(
    'bin/sbatch',
    `#!/bin/sh
echo call >> ${bench.path('calls')}
if test $(wc -l < ${bench.path('calls')}) -gt 1; then exec /usr/bin/sbatch "$@"; fi
/usr/bin/sbatch "$@" > /dev/null
echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2
exit 1
`,
  );
  chmodSync(wrapper, 0o755);
  bench.environment.PATH = `${bench.path('bin')}:${process.env.PATH}`;
  const { code, errors } = await bench.run('run', write(bench, { command: 'sleep 3; echo start >> $j', tasks: 5 }));
  assert.equal(code, 0, errors);
  assert.ok(journals(bench, 5).every(({ length }) => length === 1));
  assert.equal(readFileSync(bench.path('calls'), 'utf8'), 'call\n');
});

for (const fault of ['kill slurmctld', 'freeze slurmctld', 'kill slurmdbd'] as const) {
  test(`${fault}, and back: the run goes on, and every task is done`, skip, async (context) => {
    const bench = await open(context);
    const text = 'echo start >> $j; sleep 2; test $(wc -l < $j) -gt 1';
    const run = bench.start('run', '--verbose', write(bench, { command: text, tasks: 24, attempts: 4 }));
    await until(() => journals(bench, 24).flat().length >= 8, `eight had started:\n${run.errors()}`);
    const [verb = '', daemon = ''] = fault.split(' ');
    slurm(verb, daemon);
    const isNoticed = () => run.errors().includes('Slurm does not say how its jobs are');
    const goesOn = () => journals(bench, 24).flat().length >= 32;
    await until(daemon === 'slurmdbd' ? goesOn : isNoticed, `the fault was met:\n${run.errors()}`);
    slurm(...(verb === 'kill' ? ['start'] : ['thaw', daemon]));
    const { code, output, errors } = await whileNodesComeBack(run.ended);
    assert.equal(code, 0, errors + output);
    assert.ok(journals(bench, 24).every(({ length }) => length >= 2));
    assert.deepEqual(livingJobs(), []);
  });
}

/**
 * A controller that was killed gives numbers out again, and a node on which a job of such a number lives is drained ("Duplicate
 * jobid"): its administrator has to bring it back.
 */
async function whileNodesComeBack<Ended>(ended: Promise<Ended>): Promise<Ended> {
  let isOver = false;
  const over = ended.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    for (const node of drainedNodes()) command('scontrol', 'update', `nodename=${node}`, 'state=resume');
    await Promise.race([over, sleep(1000)]);
  }
  return over;
}

function drainedNodes(): Set<string> {
  const lines = command('sinfo', '-h', '-N', '-o', '%N %T').split('\n');
  return new Set(lines.flatMap((line) => /^(\S+) drain/.exec(line)?.[1] ?? []));
}

test('why tasks wait is seen by whoever watches, and the end too', skip, async (context) => {
  const bench = await open(context);
  const run = bench.start('run', write(bench, { command: 'sleep 6', tasks: 20 })); // Sixteen fit.
  await until(() => livingJobs().length > 0, `jobs were there:\n${run.errors()}`);
  const { code, output } = await bench.run('workflow', 'watch', '-w', '1', '--json');
  const views = output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  assert.equal(code, 0);
  assert.equal(views.at(-1).tasks.DONE, 20);
  assert.ok(
    views.some(({ pending_reasons: [first] }) => first?.reason === 'Resources' || first?.reason === 'Priority'),
    output,
  );
  assert.equal((await run.ended).code, 0);
});
