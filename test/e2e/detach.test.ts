import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { commandsOf } from './processes.ts';
import { until, Workbench } from './skep.ts';

const workflow = (bench: Workbench, command: string) =>
  `name: left\nargs: fixed\ntemplates:\n  work: {command: '${command}'}\ntasks:\n  - template: work\n`.replaceAll(
    '$dir',
    bench.directory,
  );

test('a detached run goes on when its command has ended, and is watched to its end', async (context) => {
  const bench = new Workbench(context);
  const command = 'touch $dir/started; while ! test -e $dir/go; do sleep 0.05; done; touch $dir/ended';
  const file = bench.write('w.yaml', workflow(bench, command));
  const { code, output, errors } = await bench.run('run', file, '--detach');
  assert.equal(code, 0, errors);
  const pid = Number(/as process (\d+)/.exec(output)?.[1]);
  const written = /writes: {2}(\S+)/.exec(output)?.[1] ?? '';
  await until(() => existsSync(bench.path('started')), 'the task had started');
  const watch = bench.start('workflow', 'watch', '-w', '1');
  bench.write('go', '');
  const watched = await watch.ended;
  assert.equal(watched.code, 0, watched.errors);
  assert.match(watched.output, /Workflow 1 left is DONE; 1 task: done 1/);
  await until(() => !existsSync(`/proc/${pid}`), 'the run had ended');
  assert.match(readFileSync(written, 'utf8'), /Done: 1 task/);
  assert.deepEqual(commandsOf(bench), []);
});

test('a detached run that cannot begin says so at once', async (context) => {
  const bench = new Workbench(context);
  const file = bench.write('w.yaml', workflow(bench, 'true'));
  const { code, errors } = await bench.run('run', file, '--detach', '--cluster', 'nowhere');
  assert.notEqual(code, 0);
  assert.match(errors, /nowhere/);
});
