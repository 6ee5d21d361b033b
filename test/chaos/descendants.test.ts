/** Commands that die in unusual ways, and the children that they leave behind. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { commandsOf, processesOf } from '../e2e/processes.ts';
import { until, Workbench } from '../e2e/skep.ts';
import { killRole } from './kill/kill-role.ts';
import { HASTE } from './scene/stage.ts';

const skip = process.platform === 'linux' ? false : 'looks for processes in /proc';

/**
 * Starts a child that hears no signal but SIGKILL, has left session and process group of its command, keeps none of its
 * streams, and holds the lock of the task.
 */
const DAEMON = `setsid sh -c 'trap "" TERM INT HUP; while :; do sleep 0.1; done' > /dev/null 2>&1 < /dev/null &`;
const IS_FIRST = `[ "$(wc -l < journal)" -eq 1 ]`;

/** A workflow of one task, which writes a line for each attempt, and another one if something of an earlier one lives. */
function withCommand(context: TestContext, ...lines: string[]) {
  const bench = new Workbench(context);
  Object.assign(bench.environment, HASTE);
  const own = [
    'cd "$(dirname "$0")"',
    'echo start >> journal',
    'exec 9>> lock',
    'flock -n 9 || echo overlap >> journal',
  ];
  const program = bench.write('task.sh', [...own, ...lines, ''].join('\n'));
  const file = bench.write(
    'w.yaml',
    `args: a\ntemplates: {a: {command: exec sh ${program}}}\ntasks: [{template: a}]\n`,
  );
  const journal = () => (existsSync(bench.path('journal')) ? readFileSync(bench.path('journal'), 'utf8') : '');
  return { bench, file, journal };
}

describe('a child that has left its command and hears no signal', { skip, concurrency: 5 }, () => {
  test('of an attempt that failed is gone before the next one starts', async (context) => {
    const { bench, file, journal } = withCommand(context, DAEMON, `if ${IS_FIRST}; then exit 1; fi`);
    const { code, errors } = await bench.run('run', file);
    assert.equal(code, 0, errors);
    assert.equal(journal(), 'start\nstart\n');
    assert.deepEqual(processesOf(bench), []);
  });

  test('of an attempt that succeeded is gone with its run', async (context) => {
    const { bench, file, journal } = withCommand(context, DAEMON);
    const { code, errors } = await bench.run('run', file);
    assert.equal(code, 0, errors);
    assert.equal(journal(), 'start\n');
    assert.deepEqual(processesOf(bench), []);
  });

  const ends: Record<string, (bench: Workbench, client: number) => void> = {
    'a command whose run is stopped': (_bench, client) => process.kill(client, 'SIGTERM'),
    'a command whose supervisor is killed': (bench) => killRole(bench, 'supervisor'),
    'a command whose distributor is killed': (bench) => killRole(bench, 'distributor'),
  };
  for (const [whose, end] of Object.entries(ends)) {
    test(`of ${whose} is gone before the next attempt starts`, async (context) => {
      const { bench, file, journal } = withCommand(context, DAEMON, `if ${IS_FIRST}; then sleep 600; fi`);
      const run = bench.start('run', file);
      const began = () => commandsOf(bench).length >= 3 && journal() === 'start\n';
      await until(began, `the command and its child lived:\n${run.errors()}`);
      end(bench, run.pid);
      const first = await run.ended;
      const last = first.code === 0 ? first : await bench.run('run', file, '--resume');
      assert.equal(last.code, 0, first.errors + last.errors);
      assert.equal(journal(), 'start\nstart\n');
      // The supervisor of a dead distributor has a few seconds for its last reports.
      await until(() => processesOf(bench).length === 0, 'everything of the first run had ended');
    });
  }
});

test('a command that kills itself has failed, says so, and is tried again', { skip }, async (context) => {
  const { bench, file, journal } = withCommand(context, `if ${IS_FIRST}; then kill -KILL $$; fi`);
  const { code, errors } = await bench.run('run', file);
  assert.equal(code, 0, errors);
  assert.equal(journal(), 'start\nstart\n');
  const attempts = await bench.rows('task', 'status', '-t', '1');
  assert.match(attempts.map(({ ERROR_TRACE }) => ERROR_TRACE).join('\n'), /SIGKILL/);
});
