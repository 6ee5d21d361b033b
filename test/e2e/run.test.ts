import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository, Workbench } from './skep.ts';

for (const file of ['hello.workflow.ts', 'hello.workflow.yaml']) {
  test(`${file} runs to the end, from outside of any package`, async (context) => {
    const bench = new Workbench(context);
    cpSync(join(repository, 'examples/hello', file), bench.path(file));
    const { code, output } = await bench.run('run', file);
    assert.match(output, /^✔ Done: all 4 tasks, in 0:00:\d\d \(workflow 1\)\.\n$/);
    assert.equal(code, 0);
    const [workflow] = await bench.rows('workflow', 'status');
    assert.equal(workflow?.WF_STATUS, 'DONE');
    assert.equal(workflow?.DONE, '4 (100.0%)');
  });
}

/** `flaky` fails twice and then succeeds, `bad` always fails, `after` waits for it, `free` does not. */
const FAILURES = `
name: failures
args: fixed
templates:
  flaky: {command: 'echo x >> {directory}/flaky; [ $(wc -l < {directory}/flaky) -ge 3 ]'}
  bad: {command: 'echo x >> {directory}/bad; echo first line >&2; echo "the reason is {why}" >&2; exit 7', max_attempts: 2}
  after: {command: 'echo x >> {directory}/after'}
  free: {command: 'echo x >> {directory}/free'}
tasks:
  - {template: flaky, args: {directory: DIRECTORY}}
  - {template: bad, args: {directory: DIRECTORY, why: rain}}
  - {template: after, args: {directory: DIRECTORY}, after: [bad]}
  - {template: free, args: {directory: DIRECTORY}, after: [flaky]}
`;

const linesOf = (bench: Workbench, name: string) => readFileSync(bench.path(name), 'utf8').split('\n').length - 1;

test('failures: retries, the end of stderr, what goes on, what does not, and the exit code', async (context) => {
  const bench = new Workbench(context);
  const file = bench.write('w.yaml', FAILURES.replaceAll('DIRECTORY', bench.directory));
  const { code, output } = await bench.run('run', file);
  assert.equal(code, 1);
  assert.match(output, /^✘ 2 of 4 tasks done, 1 failed, 1 not run/);
  assert.match(output, /bad_.* \(task \d+\)/);
  assert.match(output, /│ the reason is rain/);
  assert.match(output, new RegExp(`To resume: +skep run ${file} --resume`));
  assert.deepEqual(
    ['flaky', 'bad', 'free'].map((name) => linesOf(bench, name)),
    [3, 2, 1],
  );
  assert.throws(() => linesOf(bench, 'after'), { code: 'ENOENT' });

  const [failed] = await bench.rows('workflow', 'tasks', '-w', '1', '-s', 'fatal');
  assert.equal(failed?.RETRIES, 1);
  const attempts = await bench.rows('task', 'status', '-t', String(failed?.TASK_ID));
  assert.equal(attempts.length, 2);
  assert.match(String(attempts[1]?.ERROR_TRACE), /the reason is rain/);

  const again = await bench.run('run', file);
  assert.equal(again.code, 2, 'an existing workflow is not resumed by accident');
  assert.match(again.errors, /exists already/);

  // What is mended is tried again; what was done is not.
  bench.write('w.yaml', FAILURES.replaceAll('DIRECTORY', bench.directory));
  const resumed = await bench.run('run', file, '--resume', '--json');
  assert.equal(resumed.code, 1);
  assert.deepEqual(JSON.parse(resumed.output).tasks, { total: 4, done: 2, failed: 1, not_run: 1 });
  assert.deepEqual(
    ['flaky', 'bad', 'free'].map((name) => linesOf(bench, name)),
    [3, 4, 1],
  );
});

test('a workflow that is done is not run again: an error, and a success when it was to be resumed', async (context) => {
  const bench = new Workbench(context);
  const file = bench.write(
    'w.yaml',
    `templates: {a: {command: 'echo x >> ${bench.path('a')}'}}\ntasks: [{template: a}]\n`,
  );
  assert.equal((await bench.run('run', file)).code, 0);
  const again = await bench.run('run', file);
  assert.equal(again.code, 1);
  assert.match(again.errors, /done already[\s\S]*hint: .*other workflow args/);
  const resumed = await bench.run('run', file, '--resume');
  assert.equal(resumed.code, 0);
  assert.equal(linesOf(bench, 'a'), 1);
  assert.equal((await bench.run('run', file, '--args', 'once more')).code, 0);
  assert.equal(linesOf(bench, 'a'), 2);
});

test('what is done or unknown cannot be resumed by its id, and is told so without a log or a next step', async (context) => {
  const bench = new Workbench(context);
  const file = bench.write('w.yaml', 'templates: {a: {command: "true"}}\ntasks: [{template: a}]\n');
  await bench.run('run', file);
  const again = await bench.run('run', file);
  assert.match(again.errors, /^skep: Workflow 1 is done already\.\nhint: .*\n$/);
  const done = await bench.run('workflow', 'resume', '-w', '1');
  assert.deepEqual([done.code, done.errors], [0, 'Every task of this workflow is done already.\n']);
  const unknown = await bench.run('workflow', 'resume', '-w', '99');
  assert.match(unknown.errors, /^skep: Workflow 99 does not exist\.\nhint: .*\n$/);
  assert.equal(unknown.code, 1);
});

test('two runs at once share one server, and the first stays until the second is done', async (context) => {
  const bench = new Workbench(context);
  const workflow = (name: string, seconds: number) =>
    bench.write(
      `${name}.yaml`,
      `name: ${name}\ntemplates: {a: {command: 'sleep ${seconds}'}}\ntasks: [{template: a}]\n`,
    );
  const [short, long] = await Promise.all([
    bench.run('run', workflow('short', 1)),
    bench.run('run', workflow('long', 4)),
  ]);
  assert.deepEqual([short.code, long.code], [0, 0], short.errors + long.errors);
  const rows = await bench.rows('workflow', 'status', '-w', '1', '2');
  assert.deepEqual(
    rows.map(({ WF_STATUS }) => WF_STATUS),
    ['DONE', 'DONE'],
  );
});

test('stdout and stderr of every task are kept where it is asked for', async (context) => {
  const bench = new Workbench(context);
  const file = bench.write('w.yaml', `templates: {a: {command: 'echo out; echo err >&2'}}\ntasks: [{template: a}]\n`);
  assert.equal((await bench.run('run', file, '--output-dir', 'logs')).code, 0);
  const [attempt] = await bench.rows('task', 'status', '-t', '1');
  assert.equal(readFileSync(String(attempt?.STDOUT), 'utf8'), 'out\n');
  assert.equal(readFileSync(String(attempt?.STDERR), 'utf8'), 'err\n');
});

test('a recorded workflow is replayed: every task once, every file there', async (context) => {
  const bench = new Workbench(context);
  const file = join(repository, 'test/fixtures/wfformat/diamond.json');
  const { code, errors } = await bench.run('run', file, '--time-scale', '0');
  assert.equal(code, 0, errors);
  assert.match(errors, /4 of 5 replayed/);
  const attempts = readFileSync(bench.path('diamond.run/attempts.log'), 'utf8').trimEnd().split('\n');
  assert.equal(attempts[0], 'split_ID0000001');
  assert.deepEqual([...attempts].sort(), [
    'cut_ID0000002',
    'cut_ID0000003',
    'paste_ID0000004',
    'real_ID0000005',
    'split_ID0000001',
  ]);
  assert.equal(readFileSync(bench.path('diamond.run/copy.txt'), 'utf8').length, 200);
});

test('a run that is given up says how to go on', async (context) => {
  const bench = new Workbench(context);
  const file = bench.write(
    'w.yaml',
    `templates: {a: {command: 'sleep {x}'}}\ntasks: [{template: a, each: {x: [0, 600]}}]\n`,
  );
  const { code, errors } = await bench.run('run', file, '--timeout', '2');
  assert.equal(code, 1);
  assert.match(errors, /timeout of 2 seconds/);
  assert.match(errors, new RegExp(`To resume: +skep run ${file} --timeout 2 --resume\n`));
});

test('a module that leaves a timer open does not keep the command from ending', async (context) => {
  const bench = new Workbench(context);
  const file = bench.write(
    'w.workflow.js',
    `import { Tool } from 'skep';
setInterval(() => {}, 1000);
const tool = new Tool('t');
const workflow = tool.createWorkflow({ name: 'w' });
workflow.addTask(tool.getTaskTemplate({ templateName: 'a', commandTemplate: 'true' }).createTask({}));
export { workflow };
`,
  );
  assert.equal((await bench.run('run', file)).code, 0);
});
