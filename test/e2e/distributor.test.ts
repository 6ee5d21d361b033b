/** A run whose distributor is started by hand, on one machine: there commands end with their distributor. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { commandLineOf, commandsOf, processesOf } from './processes.ts';
import { type Started, until, Workbench } from './skep.ts';

const TASKS = 4;

/** Each task writes to a journal when it starts and when it ends; all but the first wait for the file `go`. */
function write(bench: Workbench): string {
  const command = `echo start {i} >> ${bench.path('journal')}; while test {i} != 0 -a ! -e ${bench.path('go')}; do sleep 0.05; done; echo end {i} >> ${bench.path('journal')}`;
  const numbers = Array.from({ length: TASKS }, (_, index) => index);
  return bench.write(
    'w.yaml',
    `name: work\nargs: fixed\ntemplates:\n  work: {command: '${command}'}\ntasks:\n  - {template: work, each: {i: [${numbers}]}}\n`,
  );
}

const journal = (bench: Workbench): string[] =>
  existsSync(bench.path('journal')) ? readFileSync(bench.path('journal'), 'utf8').split('\n').slice(0, -1) : [];

const distribute = (bench: Workbench) => bench.start('distributor', 'start', '--workflow-run', '1');

const wanted = (run: Started) => run.errors().split('skep distributor start --workflow-run 1').length - 1;

const open = (context: TestContext) => {
  const bench = new Workbench(context);
  Object.assign(bench.environment, {
    SKEP__HEARTBEAT__WORKFLOW_RUN_INTERVAL: '1',
    SKEP__REAPER__POLL_INTERVAL_MINUTES: '0.02',
  });
  return bench;
};

test('the client waits for a distributor, which ends with the run; a second one is refused', async (context) => {
  const bench = open(context);
  const run = bench.start('run', write(bench), '--external-distributor');
  await until(() => wanted(run) === 1, 'the client had asked for a distributor');
  const first = distribute(bench);
  await until(() => journal(bench).includes('end 0'), `a task had ended: ${first.errors()}`);
  const second = await distribute(bench).ended;
  assert.equal(second.code, 1);
  assert.match(second.errors, new RegExp(`Workflow run 1 is distributed by the process \\S+/${first.pid}@\\d+ `));
  bench.write('go', '');
  const distributed = await first.ended;
  assert.equal(distributed.code, 0, distributed.errors);
  assert.match(distributed.output, /Distributing workflow run 1 \(workflow 1\) to cluster multiprocess\./);
  assert.match(distributed.output, /Workflow run 1 is over: DONE\./);
  assert.match(distributed.errors, /ALIVE\nSHUTDOWN\n/);
  assert.equal((await run.ended).code, 0, run.errors());
  assert.equal(wanted(run), 1);
  assert.equal(journal(bench).length, 2 * TASKS);
  for (const [words, sentence] of [
    [['1'], /Workflow run 1 is over: DONE\./],
    [['99'], /Workflow run 99 does not exist\./],
    [['1', '--cluster', 'sequential'], /ask for multiprocess, not for sequential\./],
  ] as const) {
    const refused = await bench.run('distributor', 'start', '--workflow-run', ...words);
    assert.notEqual(refused.code, 0);
    assert.match(refused.errors, sentence);
    assert.doesNotMatch(refused.errors, /ALIVE/);
  }
});

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`after ${signal} to a distributor the next one tries again what ran, and nothing else`, async (context) => {
    const bench = open(context);
    const run = bench.start('run', write(bench), '--external-distributor', '--max-concurrent', '3');
    await until(() => wanted(run) === 1, 'the client had asked for a distributor');
    const first = distribute(bench);
    await until(() => journal(bench).length >= 4, `three tasks had started: ${first.errors()}`);
    first.signal(signal);
    const { code, output } = await first.ended;
    if (signal === 'SIGTERM') {
      assert.equal(code, 143);
      assert.match(output, /left to the next distributor: {2}skep distributor start --workflow-run 1/);
    }
    await until(() => wanted(run) === 2, 'the client had asked for another one');
    bench.write('go', '');
    const second = distribute(bench);
    assert.equal((await second.ended).code, 0, second.errors());
    assert.equal((await run.ended).code, 0, run.errors());
    const lines = journal(bench);
    for (let task = 0; task < TASKS; task++) {
      assert.equal(lines.filter((line) => line === `end ${task}`).length, 1, lines.join());
    }
    assert.equal(lines.filter((line) => line === 'start 0').length, 1, lines.join());
    assert.deepEqual(commandsOf(bench), []);
  });
}

test('when the client is gone the run ends, the distributor with it, and nothing is left', async (context) => {
  const bench = open(context);
  const server = bench.start('server', 'start');
  await until(() => existsSync(join(bench.dataDirectory, 'server.json')), `the server was up: ${server.errors()}`);
  const run = bench.start('run', write(bench), '--external-distributor');
  await until(() => wanted(run) === 1, 'the client had asked for a distributor');
  const distributor = distribute(bench);
  await until(() => journal(bench).includes('end 0'), `a task had ended: ${distributor.errors()}`);
  run.signal('SIGKILL');
  const { code, output, errors } = await distributor.ended;
  assert.equal(code, 1, errors);
  assert.match(output, /Workflow run 1 is over: (ERROR|TERMINATED)\./);
  assert.deepEqual(
    commandsOf(bench).filter((pid) => pid !== server.pid),
    [],
  );
  const resumed = bench.start('run', write(bench), '--resume');
  bench.write('go', '');
  assert.equal((await resumed.ended).code, 0, resumed.errors());
  server.signal('SIGTERM');
  await server.ended;
  assert.deepEqual(processesOf(bench).map(commandLineOf), []);
});
