/** What a run would do. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { until, Workbench } from './skep.ts';

/** Each task writes down that it ran. `bad` fails until there is a file of its name. */
const RESUMED = (place: string, greeting: string) => `
name: resumed
args: fixed
templates:
  good: {command: 'echo {i} >> ${place}/ran; : {greeting}', arguments: {greeting: op}}
  bad: {command: 'echo bad{i} >> ${place}/ran; [ -e ${place}/mended ]', max_attempts: 1}
  after: {command: 'echo after{i} >> ${place}/ran'}
tasks:
  - {template: good, args: {greeting: ${greeting}}, each: {i: [1, 2, 3]}}
  - {template: bad, each: {i: [1, 2]}, after: [good]}
  - {template: after, each: {i: [1]}, after: [bad]}
`;

test('a dry run foretells what a resume runs, and changes nothing', async (context) => {
  const bench = new Workbench(context);
  const file = bench.write('w.yaml', RESUMED(bench.directory, 'hello'));
  const dryRun = async (...words: string[]) =>
    JSON.parse((await bench.run('run', file, '--dry-run', '--json', ...words)).output);
  assert.match((await bench.run('run', file, '--dry-run')).output, /\nA new workflow: all of its tasks would run\.\n/);
  assert.equal(existsSync(bench.dataDirectory), false);

  assert.equal((await bench.run('run', file)).code, 1);
  const before = stateOf(bench.dataDirectory);
  const { output } = await bench.run('run', file, '--dry-run', '--resume');
  assert.match(output, /\nIt is workflow 1 \(FAILED\): 3 of its tasks would run, and 3 would not\.\n/);
  assert.match(output, /\ngood +3 {2}no +done: not run again /);
  assert.match(output, /\nbad +2 {2}yes +failed before /);
  assert.match(output, /\nafter +1 {2}yes +its upstream runs first, such as bad_i-1 /);
  assert.match((await bench.run('run', file, '--dry-run')).output, /a run without --resume is refused/);
  const foretold = await dryRun();
  assert.deepEqual(stateOf(bench.dataDirectory), before);

  bench.write('ran', '');
  bench.write('mended', '');
  assert.equal((await bench.run('run', file, '--resume')).code, 0);
  const ran = readFileSync(bench.path('ran'), 'utf8').trim().split('\n').sort();
  assert.deepEqual(ran, ['after1', 'bad1', 'bad2']);
  assert.equal(foretold.wouldRun, ran.length);

  assert.match(
    (await bench.run('run', file, '--dry-run')).output,
    /Nothing would run: every task of workflow 1 \(DONE\) is done\./,
  );
  bench.write('w.yaml', RESUMED(bench.directory, 'goodbye'));
  assert.match(
    (await bench.run('run', file, '--dry-run')).output,
    /done: not run again \(with another command than then\)/,
  );
  bench.write('w.yaml', RESUMED(bench.directory, 'hello').replace('echo after', 'printf after'));
  const { code, errors } = await bench.run('run', file, '--dry-run');
  assert.equal(code, 2);
  assert.match(errors, /the args "fixed" exists with other tasks/);
  const other = await dryRun('--args', 'other');
  assert.deepEqual([other.comparison, other.wouldRun], [{ kind: 'new', namesake: 1 }, 6]);
});

test('a dry run beside a live run, and after its client was killed, tells what runs and what ran', async (context) => {
  const bench = new Workbench(context);
  const text = "name: slow\nargs: fixed\ntemplates:\n  slow: {command: 'sleep 600'}\ntasks:\n  - {template: slow}\n";
  const file = bench.write('w.yaml', text);
  const run = bench.start('run', file);
  await until(() => /running 1/.test(run.errors()), 'it runs');
  const { output: live } = await bench.run('run', file, '--dry-run', '--resume');
  assert.match(live, /workflow 1 \(RUNNING, its run lives\)/);
  assert.match(live, /runs now: the live run is ended first/);
  run.signal('SIGKILL');
  await run.ended;
  // The worker reports the end of its task, finds no server, and leaves the report for the next one.
  await until(() => spooled(bench).length === 1, 'a report is kept');
  const { output: killed } = await bench.run('run', file, '--dry-run', '--resume');
  assert.match(killed, /was stopped while it ran/);
  assert.equal(spooled(bench).length, 1);
});

/** Reports of workers that no server has taken. */
function spooled({ dataDirectory }: Workbench): string[] {
  const spool = join(dataDirectory, 'spool');
  if (!existsSync(spool)) return [];
  return readdirSync(spool, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
}

/** Path and content of every file. */
function stateOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => `${path} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`)
    .sort();
}
