/** Slurm's parts fail while a workflow runs. Each test checks what the tasks wrote. */
import assert from 'node:assert/strict';
import { chmodSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../e2e/skep.ts';
import { journals, livingJobs, open, skip, write } from './scene.ts';
import { command, slurm } from './slurm.ts';

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
