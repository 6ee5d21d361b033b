import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { type Ended, until, Workbench } from './skep.ts';

/** `after` waits for `bad`, which fails until the file `mended` is there; `bad` waits for three of `make`. */
const WORKFLOW = `
name: small
args: fixed
templates:
  make: {command: 'echo made {n}'}
  bad: {command: 'echo "no rain" >&2; [ -e MENDED ]', max_attempts: 2}
  after: {command: 'echo after {n}'}
tasks:
  - {template: make, each: {n: [1, 2, 3]}}
  - {template: bad, after: [make]}
  - {template: after, args: {n: 1}, after: [bad]}
`;

test('a failed workflow is looked at and changed by every command, and then ends well', async (context) => {
  const bench = new Workbench(context);
  Object.assign(bench.environment, { XDG_CONFIG_HOME: bench.path('config'), LOGNAME: 'bee' });
  const mended = bench.path('mended');
  const file = bench.write('w.yaml', WORKFLOW.replace('MENDED', mended));
  assert.equal((await bench.run('run', file, '--output-dir', 'out')).code, 1);

  // One server for all commands: each would start one of its own for the moment.
  const server = bench.start('server', 'start');
  context.after(() => server.signal('SIGTERM'));
  await until(() => existsSync(join(bench.dataDirectory, 'server.json')), `the server listens:\n${server.errors()}`);
  const counts = async () => {
    const [row] = await bench.rows('workflow', 'status', '-w', '1');
    return [row?.WF_STATUS, row?.DONE, row?.FATAL, row?.PENDING].map((value) => String(value).split(' ')[0]);
  };
  assert.deepEqual(await counts(), ['FAILED', '3', '1', '1']);
  const tasks = await bench.rows('workflow', 'tasks', '-w', '1');
  const idOf = (name: string) => String(tasks.find(({ TASK_NAME }) => String(TASK_NAME).startsWith(name))?.TASK_ID);
  const [bad, after] = [idOf('bad'), idOf('after')];

  const [attempts, lastAttempt, logs, dependencies] = await Promise.all([
    bench.rows('task', 'status', '-t', bad, '-s', 'fatal'),
    bench.rows('task', 'status', '-t', bad, '-l', '1'),
    bench.rows('workflow', 'logs', '-w', '1', '-a', 'bad', '-l', '0'),
    bench.run('task', 'dependencies', '-t', bad, '--json'),
  ]);
  assert.deepEqual([attempts.length, lastAttempt.length, logs.length], [2, 1, 2]);
  assert.equal(readFileSync(String(logs[0]?.ERROR_PATH), 'utf8'), 'no rain\n');
  const { up, down } = JSON.parse(dependencies.output);
  assert.deepEqual([up.length, down.length, down[0].id], [3, 1, Number(after)]);

  const yaml = bench.path('resources.yaml');
  assert.equal((await bench.run('workflow', 'resources', 'yaml', '-w', '1', '-f', yaml)).code, 0);
  const resources = parse(readFileSync(yaml, 'utf8')).task_template_resources;
  assert.deepEqual(Object.keys(resources).sort(), ['after', 'bad', 'make']);
  assert.equal(resources.make.multiprocess.queue, 'null.q');
  const usages = await Promise.all(
    ['1', '2', '3', '999'].map((id) => bench.run('workflow', 'resources', 'usage', '-t', id)),
  );
  assert.ok(usages.every(({ code }) => code === 0));
  assert.equal(usages.filter(({ output }) => output.startsWith('3 attempts of')).length, 1);
  assert.match(usages.at(-1)?.output ?? '', /^Version 999 has no task, or does not exist/);

  // What is refused changes nothing.
  const refusals: [words: string, code: number, reason: RegExp][] = [
    ['workflow reset -w 99', 1, /Workflow 99 does not exist/],
    ['workflow concurrency -w 99 -m 0', 1, /Workflow 99 does not exist/],
    [`task update -t ${bad} -w 99 -s D`, 1, /Workflow 99 does not exist/],
    [`task update -t 12345 -w 1 -s G`, 1, /12345/],
    [`task update -t ${bad} -w 1 -s G -r`, 2, /--force/],
    ['workflow resources yaml -w 99', 1, /Workflow 99 does not exist/],
  ];
  const refused = await Promise.all(refusals.map(([words]) => bench.run(...words.split(' '))));
  for (const [index, [words, code, reason]] of refusals.entries()) {
    const { output, errors, ...ended } = refused[index] as Ended;
    assert.deepEqual([ended.code, output], [code, ''], words);
    assert.match(errors, reason);
    assert.match(errors, /^skep: .*\nhint: .*\n$/);
  }
  bench.environment.LOGNAME = 'wasp';
  assert.match((await bench.run('workflow', 'reset', '-w', '1')).errors, /not a run of wasp/);
  assert.match((await bench.run('task', 'update', '-t', bad, '-w', '1', '-s', 'D')).errors, /never run by wasp/);
  bench.environment.LOGNAME = 'bee';
  assert.deepEqual(await counts(), ['FAILED', '3', '1', '1']);

  // Done by decision, back again with what depends on it, and done with all that it depends on.
  const done = await bench.run('task', 'update', '-t', bad, '-w', '1', '-s', 'done');
  assert.equal(done.output, '1 task of workflow 1 is DONE.\n');
  assert.deepEqual(await counts(), ['FAILED', '4', '0', '1']);
  const again = await bench.run('task', 'update', '-t', bad, '-w', '1', '-s', 'REGISTERED');
  assert.match(again.output, /^2 tasks of workflow 1 are REGISTERED\./);
  assert.deepEqual(await counts(), ['FAILED', '3', '0', '2']);
  const all = await bench.run('task', 'update', '-t', after, '-w', '1', '-s', 'D', '--recursive', '--force');
  assert.equal(all.output, '5 tasks of workflow 1 are DONE.\n');
  assert.deepEqual(await counts(), ['DONE', '5', '0', '0']);
  await bench.run('task', 'update', '-t', bad, '-w', '1', '-s', 'G');

  const part = await bench.run('workflow', 'reset', '-w', '1', '--partial');
  assert.equal(part.output, 'Workflow 1 is reset: 2 of 5 tasks will run when it is resumed.\n');
  const paused = await bench.run('workflow', 'concurrency', '-w', '1', '-m', '0');
  assert.match(paused.output, /^Workflow 1 is paused/);
  assert.equal((await bench.run('workflow', 'concurrency', '-w', '1', '-m', '10')).code, 0);

  bench.write('mended', '');
  const resumed = await bench.run(
    'workflow',
    'resume',
    '-w',
    '1',
    '-t',
    '60',
    '--execution-timeout',
    '120',
    '--keep-resources',
    '--force-cleanup',
    '--reset-running',
  );
  assert.match(resumed.output, /^✔ Done: all 2 tasks/);
  assert.equal(resumed.code, 0, resumed.errors);
  assert.deepEqual(await counts(), ['DONE', '5', '0', '0']);
  assert.match((await bench.run('workflow', 'reset', '-w', '1')).errors, /last run did not fail/);
  server.signal('SIGTERM');
  assert.equal((await server.ended).code, 0);

  const set = await bench.run('config', 'set', 'http.retries_attempts', '3');
  assert.equal(set.code, 0);
  assert.ok(existsSync(bench.path('config/skep/skep.yaml')));
  assert.match((await bench.run('config', 'show')).output, /http\.retries_attempts +3 +file\n/);
  assert.match((await bench.run('version')).output, /^skep \d+\.\d+\.\d+\n$/);
});

test('commands at the same time take turns where no server runs', async (context) => {
  const bench = new Workbench(context);
  const ended = await Promise.all(
    Array.from({ length: 4 }, () => bench.run('workflow', 'status', '-w', '1', '--json')),
  );
  for (const { code, output, errors } of ended) assert.deepEqual([code, output, errors], [0, '[]\n', '']);
});
