import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Workbench } from './skep.ts';

const FAILING = `
name: climate
args: fixed
templates:
  fetch: {command: 'echo fetched {year}'}
  regrid: {command: 'printf "cell {year} is \\033[31mbroken\\033[0m\\n" >&2; exit 3', max_attempts: 2}
  plot: {command: 'echo {year}'}
tasks:
  - {template: fetch, args: {year: 1990}}
  - {template: regrid, args: {year: 1990}, after: [fetch]}
  - {template: regrid, args: {year: 1991}, after: [fetch]}
  - {template: plot, args: {year: 1991}, after: [regrid]}
`;

const ESCAPE = String.fromCharCode(27);

test('a run that failed is listed, its errors are put together, and its tasks are explained', async (context) => {
  const bench = new Workbench(context);
  assert.equal((await bench.run('run', bench.write('w.yaml', FAILING))).code, 1);
  const { output: list } = await bench.run('workflow', 'list');
  assert.match(list, /^ID\s+NAME\s+STATUS .*\n\s*1\s+climate\s+FAILED\s+\S+\s+25 %\s+4\s+2\s/);
  assert.match((await bench.run('workflow', 'list', '--status', 'DONE')).output, /^No such workflow/);

  const { output: errors } = await bench.run('workflow', 'errors', '-w', '1');
  assert.match(errors, /^4 errors of workflow 1\./);
  assert.match(
    errors,
    /Same error × 4 in 2 tasks of regrid, 2 tasks failed for good\n {2}│ cell 199\d is ·\[31mbroken/,
  );

  const { output: failed } = await bench.run('task', 'explain', '-t', '2');
  assert.match(failed, /^regrid\S* \(task 2 of workflow 1\)\n {2}It failed for good after attempt 2 of 2\.\n/);
  assert.match(failed, /exit code 3/);
  assert.equal(failed.includes(ESCAPE), false);
  const { output: waiting } = await bench.run('task', 'explain', '-t', '4');
  assert.match(waiting, /It waits for regrid\S*, which has failed for good/);
  const { code, errors: refusal } = await bench.run('task', 'explain', '-t', '99');
  assert.notEqual(code, 0);
  assert.match(refusal, /Task 99 does not exist/);

  const { output: piped } = await bench.run('task', 'logs', '-t', '2', '-s', 'stderr');
  assert.match(piped, /^cell 1990 is .*broken/);
  assert.equal((await bench.run('task', 'logs', '-t', '1')).output, 'fetched 1990\n');
  assert.match((await bench.run('task', 'logs', '-t', '4')).errors, /Task 4 has had no attempt yet/);
});

for (const kept of ['in a file', 'nowhere']) {
  test(`output that is kept ${kept} is followed while the task runs`, async (context) => {
    const bench = new Workbench(context);
    const gate = bench.path('go');
    const text = `
name: slow
args: fixed
templates:
  talk: {command: 'echo begun; while [ ! -e {file} ]; do sleep 0.05; done; echo ended'}
tasks:
  - {template: talk, args: {file: ${gate}}}
`;
    const files = kept === 'nowhere' ? [] : ['--output-dir', bench.path('logs')];
    const run = bench.start('run', ...files, bench.write('w.yaml', text));
    await until(async () => /RUNNING|running/.test((await bench.run('task', 'explain', '-t', '1')).output));
    const logs = bench.start('task', 'logs', '-t', '1', '-f');
    await until(async () => logs.output() === 'begun\n');
    assert.match((await bench.run('task', 'explain', '-t', '1')).output, /attempt 1 of \d+ is running/);
    bench.write('go', '');
    const { code, output } = await logs.ended;
    assert.deepEqual([code, output], [0, 'begun\nended\n']);
    assert.equal((await run.ended).code, 0);
  });
}

test('of output that comes faster than it can be shown, the last is shown, and how much is not', async (context) => {
  const bench = new Workbench(context);
  const gate = bench.path('go');
  const text = `
name: flood
args: fixed
templates:
  flood: {command: 'seq 100000; while [ ! -e {file} ]; do sleep 0.05; done; echo ended'}
tasks:
  - {template: flood, args: {file: ${gate}}}
`;
  const run = bench.start('run', bench.write('w.yaml', text));
  await until(async () => /RUNNING|running/.test((await bench.run('task', 'explain', '-t', '1')).output));
  const logs = bench.start('task', 'logs', '-t', '1', '-f');
  await until(async () => logs.output().endsWith('\n100000\n'));
  bench.write('go', '');
  const { code, output, errors } = await logs.ended;
  assert.deepEqual([code, output.length, output.endsWith('100000\nended\n')], [0, 10_006, true]);
  assert.match(errors, /^578,895 bytes before this were not kept\./m);
  assert.equal((await run.ended).code, 0);
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 30_000; !(await isSo()); await sleep(100)) {
    assert.ok(performance.now() < deadline, 'it takes too long');
  }
}
