/** Ends that take Slurm minutes: it counts time limits in minutes and looks at them every half minute. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../e2e/skep.ts';
import { journal, journals, open, skipLong, TRANSPORTS, write } from './scene.ts';
import { accounted, command } from './slurm.ts';

for (const transport of TRANSPORTS) {
  test(
    `${transport}: a task that runs out of time gets more time, also if its worker cannot say so`,
    skipLong,
    async (context) => {
      // The worker of the second task is stopped: it neither reports nor gives a sign of life, and Slurm has to kill it.
      const bench = await open(context, { transport, heartbeat: 100 });
      const first = 'if test {i} = 1; then kill -STOP $PPID; fi; sleep 300';
      const text = `echo $SLURM_JOB_ID >> $j; test $(wc -l < $j) -gt 1 || ( ${first} )`;
      const { code, errors } = await bench.run('run', write(bench, { command: text, tasks: 2, attempts: 2 }));
      assert.equal(code, 0, errors);
      for (const ids of journals(bench, 2)) {
        const jobs = await accounted('JobIDRaw,State,ReqMem,TimelimitRaw', ([id = '']) => ids.includes(id), 2);
        const limits = jobs.map(([, , memory, minutes]) => [memory, minutes]);
        assert.deepEqual(limits, [
          ['1G', '1'],
          ['1G', '2'],
        ]);
      }
      const states = await accounted('JobIDRaw,State', ([id = '']) => id === journal(bench, 1)[0], 1);
      assert.deepEqual(
        states.map(([, state]) => state),
        ['TIMEOUT'],
      );
    },
  );
}

test('a job that cannot end before its deadline is tried again as it was', skipLong, async (context) => {
  const bench = await open(context);
  const file = write(bench, { command: 'echo $SLURM_JOB_ID >> $j; sleep 20', tasks: 17, attempts: 2 });
  const run = bench.start('run', '--verbose', file); // Sixteen fit.
  const waiting = () => command('squeue', '-hr', '-t', 'PD', '-o', '%i').split('\n').filter(Boolean);
  await until(() => journals(bench, 17).flat().length === 16 && waiting().length === 1, `one waits:\n${run.errors()}`);
  const [id = ''] = waiting();
  command('scontrol', 'update', `jobid=${id}`, 'deadline=now+61');
  const isOver = async () => (await accounted('JobID,State', ([job]) => job === id, 1))[0]?.[1] === 'DEADLINE';
  for (let tries = 0; tries < 100 && !(await isOver()); tries++) await sleep(1000);
  assert.ok(await isOver(), 'Slurm ended it');
  const { code, output, errors } = await run.ended;
  assert.equal(code, 0, errors + output);
  assert.ok(journals(bench, 17).every(({ length }) => length === 1));
});
