/** What docs/interchange.md shows, carried out; and what is written is as the formats demand. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkCrate } from './interchange/crate-rules.ts';
import { checkWfFormat, graphOf } from './interchange/wfformat-rules.ts';
import { until, Workbench } from './skep.ts';

const repository = join(import.meta.dirname, '../..');
const page = readFileSync(join(repository, 'docs/interchange.md'), 'utf8');
const FILES = [...page.matchAll(/```text (\S+)\n(.*?)```/gs)];
const COMMANDS = [...page.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, text = '']) => text.trim().split('\n'));

test('the commands of docs/interchange.md do what they say', async (context: TestContext) => {
  const bench = new Workbench(context);
  for (const [, name = '', text = ''] of FILES) bench.write(name, text);
  copyFileSync(join(repository, 'test/fixtures/wfformat/diamond.json'), bench.path('recorded.json'));
  assert.equal(COMMANDS.length, 11);
  for (const command of COMMANDS) {
    const [skep, ...words] = command.split(' ');
    assert.equal(skep, 'skep');
    const { code, output, errors } = await bench.run(...words);
    assert.equal(code, 0, `${command}\n${output}\n${errors}`);
  }
  const text = (name: string) => readFileSync(bench.path(name), 'utf8');
  assert.equal(text('one.txt') + text('two.txt'), 'one\ntwo\n');
  assert.equal(text('length.txt'), '5 hive.txt\n');
  assert.equal(text('f.c'), 'f.a f.b\n');

  const jobs = checkWfFormat(text('jobs.json'));
  assert.deepEqual(
    jobs.workflow.execution?.tasks.map(({ command }) => command),
    ['echo one > one.txt # line_2', 'echo two > two.txt # line_3'].map((line) => ({
      program: 'sh',
      arguments: ['-c', line],
    })),
  );

  const [head = '', first = '', ...others] = text('trace.txt').trimEnd().split('\n');
  assert.match(
    head,
    /^task_id\thash\tnative_id\tprocess\tname\tstatus\texit\t.*\tpeak_rss\tpeak_vmem\trchar\twchar\thostname$/,
  );
  assert.match(first, /^\d+\t[0-9a-f]{2}\/[0-9a-f]{6}\t\S+\tcount\thive\.txt\tCOMPLETED\t0\t1\t-\t1 GB\t1\t\S.*\t\S+$/);
  assert.equal(others.length, 1);

  execFileSync('python3', ['-m', 'zipfile', '-e', bench.path('crate.zip'), bench.path('unpacked')]);
  const packed = checkCrate(bench.path('unpacked'));
  assert.equal(packed.get('./')?.license?.['@id'], 'https://spdx.org/licenses/CC-BY-4.0');
  assert.equal(packed.get('./')?.mainEntity?.['@id'], 'Makeflow');
  assert.equal(text('unpacked/Makeflow'), text('Makeflow'));
  const crate = checkCrate(bench.path('crate'));
  assert.equal([...crate.keys()].filter((id) => id.startsWith('#task-')).length, 2);
  assert.deepEqual(
    readdirSync(bench.directory).filter((name) => name.includes('.tmp')),
    [],
  );
});

test('a recorded workflow that was run and exported is the same graph, and so is its export read again', async (context: TestContext) => {
  const recorded = join(repository, 'test/fixtures/wfformat/diamond.json');
  const bench = new Workbench(context);
  const run = (file: string, ...words: string[]) => bench.run('run', file, '--time-scale', '0', ...words);
  assert.equal((await run(recorded, '--work-dir', bench.path('replay'))).code, 0);
  assert.equal(
    (await bench.run('workflow', 'export', '1', '--format', 'wfformat', '-o', bench.path('a.json'))).code,
    0,
  );
  const text = readFileSync(bench.path('a.json'), 'utf8');
  checkWfFormat(text);
  assert.deepEqual(graphOf(text), graphOf(readFileSync(recorded, 'utf8')));
  const again = await run(bench.path('a.json'), '--work-dir', bench.path('again'));
  // Files are not exported, so a program that reads what a replay wrote may fail; the graph is what counts here.
  assert.match(again.errors, /Recorded tasks: 4 of 5 replayed/);
  assert.equal(
    (await bench.run('workflow', 'export', '-w', '2', '--format', 'wfformat', '-o', bench.path('b.json'))).code,
    0,
  );
  assert.deepEqual(graphOf(readFileSync(bench.path('b.json'), 'utf8')), graphOf(text));
});

test('a failed and unfinished workflow is exported as far as it is known, and that is said', async (context: TestContext) => {
  const bench = new Workbench(context);
  const evil = 'a\\tb';
  bench.write('Makeflow', `x:\n\tprintf 'one\\t${evil}\\n' >&2; exit 7\ny: x\n\ttrue\n`);
  assert.equal((await bench.run('run', 'Makeflow')).code, 1);
  const document = await bench.run('workflow', 'export', '1', '--format', 'wfformat', '-o', '-');
  const { workflow } = checkWfFormat(document.output);
  assert.equal(workflow.specification.tasks.length, 2);
  assert.equal(workflow.execution?.tasks.length, 1);
  assert.match(document.errors, /^Of 1 of 2 tasks no run time is known \(yet\).*\n1 task failed for good: /);
  const trace = await bench.run('workflow', 'export', '1', '--format', 'trace', '--raw', '-o', '-');
  const lines = trace.output
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  assert.deepEqual(
    lines.map((cells) => [cells.length, cells[5], cells[6], cells[10]]),
    [
      [23, 'status', 'exit', 'attempt'],
      [23, 'FAILED', '7', '1'],
      [23, 'FAILED', '7', '2'],
      [23, 'FAILED', '7', '3'],
    ],
  );
  assert.equal((await bench.run('workflow', 'export', '1', '--format', 'ro-crate', '-o', 'crate')).code, 0);
  const crate = checkCrate(bench.path('crate'));
  const failed = [...crate.values()].filter(({ actionStatus }) => String(actionStatus).endsWith('FailedActionStatus'));
  assert.equal(failed.length, 2);
  assert.match(String(failed[1]?.error), /exit code 7/);
  for (const [words, message] of [
    [['export', '9', '--format', 'trace'], /Workflow 9 does not exist\./],
    [['export', '--format', 'trace'], /Say which workflow/],
    [['export', '1', '-w', '2', '--format', 'trace'], /Only one can be exported/],
    [['export', '1', '--format', 'ro-crate', '-o', 'crate'], /crate exists already; --force replaces it\./],
    [['export', '1', '--format', 'trace', '-o', 'nowhere/t'], /there is no folder nowhere\./],
    [['export', '1', '--format', 'ro-crate', '--force', '-o', bench.directory], /is not replaced: it is no crate\./],
  ] as const) {
    const refused = await bench.run('workflow', ...words);
    assert.notEqual(refused.code, 0, words.join(' '));
    assert.match(refused.errors, message);
  }
  assert.equal((await bench.run('workflow', 'export', '1', '--format', 'ro-crate', '--force', '-o', 'crate')).code, 0);
});

test('an export that is killed leaves nothing at its place', async (context: TestContext) => {
  const bench = new Workbench(context);
  bench.write('jobs.txt', Array.from({ length: 20_000 }, (_, index) => `echo ${index} ${'x'.repeat(200)}`).join('\n'));
  const bound = bench.start('run', 'jobs.txt');
  await until(() => /\d+\/20000/.test(bound.errors() + bound.output()), 'the workflow was bound');
  bound.signal('SIGINT');
  await bound.ended;
  const killed = bench.start('workflow', 'export', '1', '--format', 'wfformat', '-o', 'big.json');
  await until(() => readdirSync(bench.directory).some((name) => /^big\.json\.\d+\.tmp$/.test(name)), 'it wrote');
  killed.signal('SIGKILL');
  await killed.ended;
  assert.equal(existsSync(bench.path('big.json')), false);
  assert.equal((await bench.run('workflow', 'export', '1', '--format', 'wfformat', '-o', 'big.json')).code, 0);
  assert.equal(checkWfFormat(readFileSync(bench.path('big.json'), 'utf8')).workflow.specification.tasks.length, 20_000);
});
