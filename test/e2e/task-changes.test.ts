/** Resetting, retrying and marking as done many tasks at once, with real runs before and after. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { until, Workbench } from './skep.ts';

/** `align` fails without the file `fixed`; each attempt that begins adds its name to `begun`. */
function write(bench: Workbench, { memory = '1G', tasks = 3, attempts = 1 } = {}): string {
  const begin = (name: string) => `echo ${name} >> ${bench.path('begun')}`;
  const numbers = Array.from({ length: tasks }, (_, index) => index).join(', ');
  return bench.write(
    'w.yaml',
    `name: changes
args: fixed
defaults:
  max_attempts: ${attempts}
  resources: {cores: 1, memory: '${memory}', runtime: 1h}
templates:
  fetch: {command: '${begin('fetch_{i}')}'}
  align: {command: '${begin('align_{i}')}; test -e ${bench.path('fixed')}'}
  plot: {command: '${begin('plot_{i}')}'}
tasks:
  - {template: fetch, each: {i: [${numbers}]}}
  - {template: align, each: {i: [${numbers}]}, after: [{template: fetch, match: [i]}]}
  - {template: plot, each: {i: [${numbers}]}, after: [{template: align, match: [i]}]}
`,
  );
}

/** What has begun since the last look, sorted. */
function begun(bench: Workbench): string[] {
  const path = bench.path('begun');
  const names = existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean).sort() : [];
  bench.write('begun', '');
  return names;
}

async function newestResources(bench: Workbench, taskId: number): Promise<Record<string, unknown>> {
  const { output } = await bench.run('task', 'explain', '-t', String(taskId), '--json');
  return JSON.parse(output).attempts[0].requested_resources;
}

const ALIGNS = ['align_0', 'align_1', 'align_2'];
const PLOTS = ['plot_0', 'plot_1', 'plot_2'];

test('failed tasks are retried with more memory, and only they and what waits for them run again', async (context) => {
  for (const isFile of [false, true]) {
    const bench = new Workbench(context);
    const file = write(bench);
    assert.equal((await bench.run('run', file)).code, 1);
    assert.equal(begun(bench).length, 6);
    const words = ['task', 'retry', '-w', '1', '--memory', '3G', '--runtime', '2h'];
    const shown = await bench.run(...words, '--dry-run');
    assert.match(shown.output, /^TEMPLATE +STATUS +TASKS\nalign +FATAL +3\nnamely align\S*, align\S*, align\S*\n/);
    assert.match(shown.output, /\n3 tasks would be changed\.\n$/);
    const refused = await bench.run(...words);
    assert.equal(refused.code, 2);
    assert.match(refused.errors, /^skep: Nobody is there to confirm the change: add --yes/);
    const retried = await bench.run(...words, '--yes');
    assert.equal(retried.code, 0, retried.errors);
    assert.match(
      retried.output,
      /3 tasks of workflow 1 will be tried again \(change 1\)\.\nTo go on: {2}skep workflow resume/,
    );
    bench.write('fixed', '');
    const resume = isFile ? ['run', file, '--resume'] : ['workflow', 'resume', '-w', '1'];
    const resumed = await bench.run(...resume);
    assert.equal(resumed.code, 0, resumed.errors);
    assert.deepEqual(begun(bench), [...ALIGNS, ...PLOTS]);
    const resources = await newestResources(bench, 4);
    assert.deepEqual([resources.memory, resources.runtime, resources.cores], [3, 7200, 1], JSON.stringify(resources));
    assert.equal((await newestResources(bench, 7)).memory, 1);
    const [change] = await bench.rows('workflow', 'changes', '-w', '1');
    assert.deepEqual(
      [change?.action, change?.filter, change?.resources, change?.changed],
      ['retry', 'status FATAL', 'memory 3 GiB, runtime 7200 s', 3],
    );
  }
});

test('a file that was edited after a retry has the last word about resources', async (context) => {
  const bench = new Workbench(context);
  assert.equal((await bench.run('run', write(bench))).code, 1);
  assert.equal((await bench.run('task', 'retry', '-w', '1', '--memory', '3G', '--yes')).code, 0);
  // Unchanged, it has what people said; also when it fails once more.
  assert.equal((await bench.run('run', write(bench), '--resume')).code, 1);
  assert.equal((await newestResources(bench, 4)).memory, 3);
  assert.equal((await bench.run('run', write(bench, { memory: '2G' }), '--resume')).code, 1);
  assert.equal((await newestResources(bench, 4)).memory, 2);
});

test('a live run takes up failed tasks that are retried, and refuses what it could not follow', async (context) => {
  const bench = new Workbench(context);
  const text = readFileSync(write(bench, { tasks: 2 }), 'utf8');
  // It keeps the run alive until it is told to end.
  const wait = `  wait: {command: 'until test -e ${bench.path('over')}; do sleep 0.1; done'}\ntasks:\n  - {template: wait}\n`;
  const run = bench.start('run', bench.write('live.yaml', text.replace('tasks:\n', wait)));
  const failed = async () => {
    const { output } = await bench.run('workflow', 'status', '-w', '1', '--json');
    return output.startsWith('[') && /"FATAL": "?2/.test(output);
  };
  while (!(await failed())) await new Promise((resolve) => setTimeout(resolve, 100));
  const done = await bench.run('task', 'reset', '-w', '1', '--template', 'fetch', '--recursive', '--yes');
  assert.equal(done.code, 1);
  assert.match(done.errors, /2 of the tasks are DONE and cannot be reset because run 1 .*skep workflow stop -w 1/);
  const memory = await bench.run('task', 'retry', '-w', '1', '--memory', '9G', '--yes');
  assert.equal(memory.code, 1);
  assert.match(memory.errors, /Tasks get no new resources because run 1 of workflow 1 is RUNNING/);
  begun(bench);
  bench.write('fixed', '');
  const retried = await bench.run('task', 'retry', '-w', '1', '--yes');
  assert.equal(retried.code, 0, retried.errors);
  assert.match(
    retried.output,
    /2 tasks of workflow 1 will be tried again \(change 1\)\.\nRun 1, which lives, goes on with them\.\n$/,
  );
  await until(
    () => existsSync(bench.path('begun')) && readFileSync(bench.path('begun'), 'utf8').includes('plot_1'),
    'all began',
  );
  bench.write('over', '');
  const { code, errors } = await run.ended;
  assert.equal(code, 0, errors);
  assert.deepEqual(begun(bench), ['align_0', 'align_1', 'plot_0', 'plot_1']);
});

test('a template is reset with all that depends on it, another is marked as done', async (context) => {
  const bench = new Workbench(context);
  const file = write(bench);
  bench.write('fixed', '');
  assert.equal((await bench.run('run', file)).code, 0);
  begun(bench);
  const reset = await bench.run('task', 'reset', '-w', '1', '--template', 'align', '-r', '--yes', '--json');
  const { tasks, groups, change_id } = JSON.parse(reset.output);
  assert.deepEqual([tasks, groups.length, change_id], [6, 2, 1]);
  const done = await bench.run('task', 'done', '-w', '1', '-t', '4', '--yes');
  assert.equal(done.code, 0, done.errors);
  assert.equal((await bench.run('workflow', 'resume', '-w', '1')).code, 0);
  assert.deepEqual(begun(bench), ['align_1', 'align_2', ...PLOTS]);
});

test('what cannot be asked for is refused with one sentence', async (context) => {
  const bench = new Workbench(context);
  assert.equal((await bench.run('run', write(bench))).code, 1);
  const cases: [string[], number, RegExp][] = [
    [['reset', '-w', '1', '--yes'], 2, /^skep: Say which tasks, by --status, .* or with --all\.\n/],
    [['reset', '-w', '1', '--all', '--search', 'x', '--yes'], 2, /^skep: --all does not go with --status/],
    [['reset', '-w', '9', '--all', '--yes'], 1, /^skep: Workflow 9 does not exist\.\n/],
    [['done', '-w', '1', '--template', 'alin', '--yes'], 2, /^skep: Workflow 1 has no template alin; there are fetch/],
    [['retry', '-w', '1', '--memory', '1.5G', '--yes'], 1, /The memory "1\.5G" is neither a number of GiB/],
    [['retry', '-w', '1', '--queue', 'deep', '--yes'], 1, /Queue "deep": it does not exist on cluster multiprocess/],
    [['reset', '-w', '1', '--status', 'BROKEN'], 2, /BROKEN is none of PENDING/],
    [['reset', '-w', '1', '--memory', '3G'], 2, /unknown option '--memory'/],
  ];
  for (const [words, code, sentence] of cases) {
    const ended = await bench.run('task', ...words);
    assert.deepEqual([ended.code, ended.output], [code, ''], ended.errors);
    assert.match(ended.errors, sentence);
  }
  const none = await bench.run('task', 'retry', '-w', '1', '--search', 'nothing', '--yes');
  assert.deepEqual([none.code, none.output], [0, 'No task of workflow 1 fits the conditions.\n']);
  bench.environment.LOGNAME = 'somebody-else';
  bench.environment.USER = 'somebody-else';
  const stranger = await bench.run('task', 'retry', '-w', '1', '--yes');
  assert.match(stranger.errors, /Workflow 1 was never run by somebody-else, who therefore may not change it/);
});
