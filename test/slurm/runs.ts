/** Runs that nothing but their own tasks and their user disturbs, on both transports. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killAll } from '../e2e/processes.ts';
import { until } from '../e2e/skep.ts';
import { journal, journals, livingJobs, open, skip, TRANSPORTS, write } from './scene.ts';
import { accounted, command, slurm } from './slurm.ts';

for (const transport of TRANSPORTS) {
  test(`${transport}: a hundred tasks, each of which fails once`, skip, async (context) => {
    const bench = await open(context, { transport });
    const file = write(bench, { command: 'echo start >> $j; test $(wc -l < $j) -gt 1', tasks: 100, attempts: 2 });
    const { code, output, errors } = await bench.run('run', file);
    assert.equal(code, 0, errors + output);
    assert.ok(journals(bench, 100).every(({ length }) => length === 2));
    assert.deepEqual(livingJobs(), []);
  });

  test(`${transport}: Ctrl-C ends the jobs, also those that wait`, skip, async (context) => {
    const bench = await open(context, { transport });
    const run = bench.start('run', write(bench, { command: 'echo start >> $j; sleep 100', tasks: 30 }));
    await until(() => journals(bench, 30).flat().length >= 8, `eight had started:\n${run.errors()}`);
    run.signal('SIGINT');
    assert.notEqual((await run.ended).code, 0);
    assert.deepEqual(livingJobs(), []);
  });

  test(
    `${transport}: everything of a run is killed: the resume ends its jobs first, and no two attempts overlap`,
    skip,
    async (context) => {
      const bench = await open(context, { transport });
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

  test(`${transport}: a task that runs out of memory gets more memory, and no more time`, skip, async (context) => {
    const bench = await open(context, { transport });
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

  test(`${transport}: a lost node costs no try and no resources, and waits for the lease`, skip, async (context) => {
    const bench = await open(context, { transport, heartbeat: 1 });
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

  test(`${transport}: why tasks wait is seen by whoever watches, and the end too`, skip, async (context) => {
    const bench = await open(context, { transport });
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
}
