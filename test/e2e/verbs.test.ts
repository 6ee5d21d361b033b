/** Stopping, pausing and continuing a run from another terminal, and being told of its end. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandsOf, killAll } from './processes.ts';
import { until, Workbench } from './skep.ts';

/** Each task writes a line when it starts and one when it ends. */
function write(bench: Workbench, { seconds, tasks }: { seconds: number; tasks: number }): string {
  return bench.write(
    'w.yaml',
    `name: verbs
args: fixed
max_concurrent: 1
templates:
  work: {command: 'echo {i} >> ${bench.path('started')}; sleep ${seconds}; echo {i} >> ${bench.path('ended')}'}
tasks:
  - template: work
    each: {i: [${Array.from({ length: tasks }, (_, index) => index).join(', ')}]}
`,
  );
}

const linesOf = (bench: Workbench, name: string) =>
  existsSync(bench.path(name)) ? readFileSync(bench.path(name), 'utf8').split('\n').slice(0, -1) : [];

test('another terminal stops a run cold: its task is ended, and whoever wants to know is told', async (context) => {
  const bench = new Workbench(context);
  bench.environment.SKEP__NOTIFY__COMMAND = `cat >> '${bench.path('told')}'`;
  bench.environment.SKEP__NOTIFY__ON = 'done,failed,stopped';
  const file = write(bench, { seconds: 600, tasks: 2 });
  const run = bench.start('run', file);
  await until(() => linesOf(bench, 'started').length === 1, `the first task had started:\n${run.errors()}`);
  const stop = await bench.run('workflow', 'stop', '-w', '1');
  assert.equal(stop.code, 0, stop.errors);
  assert.match(stop.output, /^Workflow 1 has stopped: its run 1 of .* is TERMINATED, 0 of 2 tasks done\.\nTo go on: /);
  const { code, output } = await run.ended;
  assert.equal(code, 1);
  assert.match(output, /Stopped from elsewhere/);
  assert.deepEqual(commandsOf(bench), []);
  assert.deepEqual(linesOf(bench, 'ended'), []);
  const again = await bench.run('workflow', 'stop', '-w', '1');
  assert.deepEqual([again.code, again.output], [0, 'Workflow 1 has no live run: it is HALTED.\n']);
  const [told] = linesOf(bench, 'told').map((line) => JSON.parse(line));
  assert.deepEqual([told?.event, told?.status, told?.workflow_name], ['stopped', 'HALTED', 'verbs']);
});

test('another terminal stops a run hot: its task finishes on its own, and nothing new starts', async (context) => {
  const bench = new Workbench(context);
  const server = bench.start('server', 'start');
  await until(() => existsSync(join(bench.dataDirectory, 'server.json')), `the server listens:\n${server.errors()}`);
  const file = write(bench, { seconds: 8, tasks: 3 });
  const run = bench.start('run', file);
  await until(() => linesOf(bench, 'started').length === 1, `the first task had started:\n${run.errors()}`);
  const stop = await bench.run('workflow', 'stop', '-w', '1', '--hot');
  assert.equal(stop.code, 0, stop.errors);
  assert.match(stop.output, /is TERMINATED, 0 of 3 tasks done, 1 still running\.\n/);
  await run.ended;
  await until(() => linesOf(bench, 'ended').length === 1, 'the task had finished without its run');
  for (let done = ''; done !== '1 (33.3%)'; ) {
    const [workflow] = await bench.rows('workflow', 'status', '-w', '1');
    done = String(workflow?.DONE);
  }
  assert.deepEqual(linesOf(bench, 'started'), ['0']);
  server.signal('SIGTERM');
  assert.equal((await server.ended).code, 0);
});

test('a run that serves stays until what a hot stop left running has reported', async (context) => {
  const bench = new Workbench(context);
  const run = bench.start('run', write(bench, { seconds: 6, tasks: 2 }));
  await until(() => linesOf(bench, 'started').length === 1, `the first task had started:\n${run.errors()}`);
  const stop = await bench.run('workflow', 'stop', '-w', '1', '--hot');
  assert.match(stop.output, /0 of 2 tasks done, 1 still running\.\n/, stop.errors);
  const { errors } = await run.ended;
  assert.match(errors, /1 task of the run finishes on and will report here: waiting/);
  assert.deepEqual([linesOf(bench, 'started'), linesOf(bench, 'ended')], [['0'], ['0']]);
  const [workflow] = await bench.rows('workflow', 'status', '-w', '1');
  assert.deepEqual([workflow?.WF_STATUS, workflow?.DONE, workflow?.RUNNING], ['HALTED', '1 (50.0%)', '0 (0.0%)']);
});

test('a pause holds what waits until the workflow continues, also before its run starts', async (context) => {
  const bench = new Workbench(context);
  const file = write(bench, { seconds: 1, tasks: 3 });
  const run = bench.start('run', file);
  await until(() => linesOf(bench, 'started').length >= 1, `the first task had started:\n${run.errors()}`);
  const pause = await bench.run('workflow', 'pause', '-w', '1');
  assert.equal(pause.code, 0, pause.errors);
  await until(() => linesOf(bench, 'ended').length === linesOf(bench, 'started').length, 'what ran had ended');
  const started = linesOf(bench, 'started').length;
  await until(() => /, paused$/m.test(run.errors()), `the progress says so:\n${run.errors()}`);
  const status = await bench.run('workflow', 'status', '-w', '1');
  assert.match(status.output, /RUNNING \(paused\)/);
  assert.equal(linesOf(bench, 'started').length, started);
  run.signal('SIGINT');
  await run.ended;
  const resumed = bench.start('run', file, '--resume');
  await until(() => /, paused$/m.test(resumed.errors()), `the next run starts paused:\n${resumed.errors()}`);
  assert.equal(linesOf(bench, 'started').length, started);
  const on = await bench.run('workflow', 'continue', '-w', '1');
  assert.equal(on.output, 'Workflow 1 continues: it may have 1 task active at once.\n');
  const { code, errors } = await resumed.ended;
  assert.equal(code, 0, errors);
  assert.deepEqual(linesOf(bench, 'ended'), ['0', '1', '2']);
});

test('after everything was killed, server reap ends the run, and says which and why', async (context) => {
  const bench = new Workbench(context);
  const run = bench.start('run', write(bench, { seconds: 600, tasks: 1 }));
  await until(() => linesOf(bench, 'started').length === 1, `the task had started:\n${run.errors()}`);
  killAll(bench);
  await run.ended;
  const reap = await bench.run('server', 'reap');
  assert.equal(reap.code, 0, reap.errors);
  assert.match(reap.output, /^ *WORKFLOW .*\n +1 +1 +RUNNING +ERROR +its client process is dead\n$/);
  assert.match((await bench.run('server', 'reap')).output, /^Nothing to end: /);
  const [workflow] = await bench.rows('workflow', 'status', '-w', '1');
  assert.deepEqual([workflow?.WF_STATUS, workflow?.PAUSED], ['FAILED', false]);
});
