import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { commandsOf, killAll, processesOf } from './processes.ts';
import { type Started, until, Workbench } from './skep.ts';

const TASKS = 12;

/** Each task writes a line when it starts and one when it ends; two run at once. */
function write(bench: Workbench): string {
  return bench.write(
    'w.yaml',
    `name: stop
args: fixed
max_concurrent: 2
templates:
  work: {command: 'echo {i} >> ${bench.path('started')}; sleep 0.4; echo {i} >> ${bench.path('ended')}'}
tasks:
  - template: work
    each: {i: [${Array.from({ length: TASKS }, (_, index) => index).join(', ')}]}
`,
  );
}

const linesOf = (bench: Workbench, name: string) =>
  existsSync(bench.path(name)) ? readFileSync(bench.path(name), 'utf8').split('\n').slice(0, -1) : [];

async function halfWay(bench: Workbench, started: Started): Promise<void> {
  await until(() => linesOf(bench, 'ended').length >= 4, `four tasks had ended:\n${started.errors()}`);
}

function checkResumed(bench: Workbench, repeatable: number): void {
  const ended = linesOf(bench, 'ended');
  assert.deepEqual([...new Set(ended)].length, TASKS, 'every task ended at some time');
  assert.ok(ended.length <= TASKS + repeatable, `${ended.length} ends of ${TASKS} tasks`);
  const starts = Map.groupBy(linesOf(bench, 'started'), (line) => line);
  const repeated = [...starts.values()].filter(({ length }) => length > 1);
  assert.ok(repeated.length <= repeatable, `${repeated.length} tasks were started twice`);
  assert.ok(repeated.every(({ length }) => length === 2));
}

test('everything is killed half-way: a resume ends the orphans, repeats only what ran, and finishes', async (context) => {
  const bench = new Workbench(context);
  const file = write(bench);
  const run = bench.start('run', file);
  await halfWay(bench, run);
  killAll(bench);
  await run.ended;
  const { code, output, errors } = await bench.run('run', file, '--resume');
  assert.equal(code, 0, errors);
  assert.match(output, /Done: all 12 tasks/);
  // The two that ran, and at most two whose end was not yet acknowledged.
  checkResumed(bench, 4);
  assert.deepEqual(processesOf(bench), []);
});

test('the command alone is killed: nothing runs twice at once, and the resume finishes', async (context) => {
  const bench = new Workbench(context);
  const file = write(bench);
  const run = bench.start('run', file);
  await halfWay(bench, run);
  run.signal('SIGKILL');
  await run.ended;
  const { code, errors } = await bench.run('run', file, '--resume');
  assert.equal(code, 0, errors);
  checkResumed(bench, 4);
  assert.deepEqual(commandsOf(bench), [], 'no command of the dead run is left');
  await until(() => processesOf(bench).length === 0, 'distributor and supervisor of the dead run had ended');
});

for (const [signal, expected] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} ends the tasks, says how to resume, and that command finishes the workflow`, async (context) => {
    const bench = new Workbench(context);
    const file = write(bench);
    const run = bench.start('run', file);
    await halfWay(bench, run);
    run.signal(signal);
    const { code, errors } = await run.ended;
    assert.equal(code, expected, errors);
    assert.match(errors, new RegExp(`Stopped\\. To resume: +skep run ${file} --resume\n$`));
    assert.deepEqual(processesOf(bench), [], 'nothing is left running');
    const [workflow] = await bench.rows('workflow', 'status', '-w', '1');
    assert.equal(workflow?.WF_STATUS, 'FAILED');

    const resumed = await bench.run('run', file, '--resume');
    assert.equal(resumed.code, 0, resumed.errors);
    checkResumed(bench, 2);
  });
}

test('a module without args is resumed by its id', async (context) => {
  const bench = new Workbench(context);
  const file = bench.write(
    'w.workflow.ts',
    `import { Tool } from 'skep';
const tool = new Tool('stop');
const template = tool.getTaskTemplate({ templateName: 'a', commandTemplate: 'echo {i} >> ${bench.path('started')}; sleep 1; echo {i} >> ${bench.path('ended')}', nodeArgs: ['i'] });
const workflow = tool.createWorkflow({ name: 'w', maxConcurrentlyRunning: 1 });
workflow.addTasks(template.createTasks({ i: [1, 2, 3] }));
export default workflow;
`,
  );
  const run = bench.start('run', file);
  await until(() => linesOf(bench, 'started').length >= 2, 'the second task had started');
  run.signal('SIGINT');
  const { code, errors } = await run.ended;
  assert.equal(code, 130, errors);
  assert.match(errors, /To resume: +skep workflow resume -w 1 -c multiprocess\n$/);
  assert.match((await bench.run('run', file, '--resume')).errors, /resume it by its id/);
  const resumed = await bench.run('workflow', 'resume', '-w', '1', '-c', 'multiprocess');
  assert.equal(resumed.code, 0, resumed.errors);
  assert.deepEqual([...new Set(linesOf(bench, 'ended'))].sort(), ['1', '2', '3']);
});
