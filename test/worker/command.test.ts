import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { findMarked } from '../../src/core/attempt-mark.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentLog } from '../../src/core/log.ts';
import { systemProcesses } from '../../src/core/process.ts';
import { readProcessTable } from '../../src/core/process-table.ts';
import { type CommandRequest, RunningCommand } from '../../src/worker/command.ts';
import { DirectLauncher } from '../../src/worker/launch/direct-launcher.ts';
import { ForkServer } from '../../src/worker/launch/fork-server.ts';
import type { CommandLauncher } from '../../src/worker/launch/launcher.ts';
import { openLogFile } from '../../src/worker/output.ts';
import { resultOf } from '../../src/worker/result.ts';
import { UsageSampler } from '../../src/worker/usage.ts';

const direct = new DirectLauncher(systemProcesses, { PATH: process.env.PATH });
const forkServer = await ForkServer.start({
  processes: systemProcesses,
  environment: { PATH: process.env.PATH },
  fallback: direct,
  clock: systemClock,
  log: silentLog,
});
after(() => forkServer?.close());
let launcher: CommandLauncher = direct;
const DATABASE = `command-test-${process.pid}`;
let marks = 0;

async function start(command: string, fields: Partial<CommandRequest> = {}): Promise<RunningCommand> {
  const nowhere = await openLogFile(null);
  const mark = `${DATABASE}/1/1/${++marks}/1@1`;
  const limits = { runtime: null, memory: null };
  const request = { command, variables: {}, mark, stdout: nowhere, stderr: nowhere, ...limits, ...fields };
  return RunningCommand.start(request, {
    clock: systemClock,
    launcher,
    sampler: new UsageSampler(systemClock, readProcessTable),
    interruptTimeout: 0.4,
  });
}

async function run(command: string, fields: Partial<CommandRequest> = {}) {
  const end = await (await start(command, fields)).ended;
  assert.deepEqual(
    findMarked(({ database }) => database === DATABASE),
    [],
    'something is left of the command',
  );
  return end;
}

function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'skep-command-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Waits until the command has written something, so that its traps are set. */
async function speaks(command: RunningCommand, read: () => string): Promise<void> {
  while (!read().includes('ready')) await systemClock.sleep(5);
  assert.ok(command.pid > 0);
}

for (const [name, kind] of [['the fork server', forkServer] as const, ['this process', direct] as const]) {
  describe(`commands started by ${name}`, { skip: kind === undefined && 'there is no Perl here' }, () => {
    before(() => {
      launcher = kind as CommandLauncher;
    });

    test('exit status, both streams, environment', async () => {
      const end = await run('echo "$WORD"; echo err >&2; exit 3', { variables: { WORD: 'hi' } });
      assert.deepEqual([end.code, end.signal, end.stdoutTail, end.stderrTail], [3, null, 'hi\n', 'err\n']);
      assert.deepEqual(resultOf(end, { runtime: null, memory: null }), {
        status: 'E',
        description: 'The command ended with exit code 3.\nerr',
      });
    });

    test('death by a signal is an error that names it', async () => {
      const result = resultOf(await run('kill -SEGV $$'), { runtime: null, memory: null });
      assert.equal(result?.status, 'E');
      assert.match(result?.description ?? '', /signal SIGSEGV \(exit code 139\)/);
    });

    test('a flood of 50 MB on both streams reaches the files whole, and the tails are exact', async (t) => {
      const directory = temporaryDirectory(t);
      const stdout = await openLogFile(join(directory, 'new/dir/out'));
      const stderr = await openLogFile(join(directory, 'err'));
      const end = await run(
        'head -c 50000000 /dev/zero | tr "\\0" a; echo end; head -c 50000000 /dev/zero | tr "\\0" b >&2',
        { stdout, stderr },
      );
      assert.equal(statSync(join(directory, 'new/dir/out')).size, 50_000_004);
      assert.equal(statSync(join(directory, 'err')).size, 50_000_000);
      assert.equal(end.stdoutTail, `${'a'.repeat(9996)}end\n`);
      assert.equal(end.stderrTail, 'b'.repeat(10_000));
    });

    test('bytes that are no UTF-8 are kept in the file', async (t) => {
      const path = join(temporaryDirectory(t), 'out');
      const end = await run("printf 'a\\377b\\303\\251'", { stdout: await openLogFile(path) });
      assert.deepEqual([...readFileSync(path)], [0x61, 0xff, 0x62, 0xc3, 0xa9]);
      assert.equal(end.stdoutTail, 'a\ufffdb\u00e9');
    });

    test('a command that closes its streams goes on until it exits', async () => {
      const end = await run('exec >&- 2>&-; sleep 0.3; exit 4');
      assert.equal(end.code, 4);
      assert.ok(end.wallclock >= 0.3);
    });

    test('what the shell leaves in the background ends with it, and the result is the shell\u2019s', async () => {
      const end = await run('sleep 1000 & echo done');
      assert.deepEqual([end.code, end.stopped, end.stdoutTail], [0, undefined, 'done\n']);
    });

    test('a daemon that has left the session and holds the output open is ended too', async () => {
      const end = await run('setsid sleep 1000 & sleep 0.2; echo done');
      assert.deepEqual([end.code, end.stdoutTail], [0, 'done\n']);
    });

    test('a daemon that holds nothing of a failed command is ended all the same', async () => {
      const daemon = 'setsid sleep 1000 > /dev/null 2>&1 < /dev/null &';
      assert.equal((await run(`${daemon} exit 3`)).code, 3);
      assert.equal((await run(`${daemon} kill -KILL $$`)).signal, 'SIGKILL');
    });

    test('a command that ignores signals and forks is gone after the grace', async (t) => {
      const path = join(temporaryDirectory(t), 'out');
      const command = await start(
        'trap "" INT TERM HUP; (trap "" INT TERM; sleep 1000) & (setsid sleep 1000) & echo ready; while :; do sleep 1000; done',
        { stdout: await openLogFile(path) },
      );
      await speaks(command, () => readFileSync(path, 'utf8'));
      command.stop('ordered');
      const end = await command.ended;
      assert.equal(end.signal, 'SIGKILL');
      assert.equal(resultOf(end, { runtime: null, memory: null })?.status, 'F');
      assert.deepEqual(
        findMarked(({ database }) => database === DATABASE),
        [],
      );
    });

    test('a command that tidies up when it is interrupted gets the time for it', async (t) => {
      const path = join(temporaryDirectory(t), 'out');
      const command = await start('trap "echo tidy; exit 0" INT; echo ready; while :; do sleep 0.01; done', {
        stdout: await openLogFile(path),
      });
      await speaks(command, () => readFileSync(path, 'utf8'));
      command.stop('ordered');
      const end = await command.ended;
      assert.equal(end.stdoutTail, 'ready\ntidy\n');
      assert.equal(resultOf(end, { runtime: null, memory: null })?.status, 'F', 'it was ordered to die and has');
    });

    test('longer than the run time that was asked for: a resource error that says both', async () => {
      const end = await run('sleep 1000', { runtime: 0.3 });
      const result = resultOf(end, { runtime: 0.3, memory: null });
      assert.equal(result?.status, 'Z');
      assert.match(result?.description ?? '', /ran for 0\.\d s and had asked for 0\.3 s/);
    });

    test('more memory than was asked for: a resource error that says both, and the peak is known', async () => {
      const end = await run('{ head -c 1600M /dev/zero; sleep 20; } | tail | wc -c', { memory: 1 });
      const result = resultOf(end, { runtime: null, memory: 1 });
      assert.equal(result?.status, 'Z');
      assert.match(result?.description ?? '', /used 1\.\d\d GiB and had asked for 1 GiB/);
      assert.ok((end.usage.maxrss ?? 0) > 2 ** 30);
    });

    test('CPU time and memory of the whole tree are measured', async () => {
      const end = await run('sh -c "i=0; while [ \\$i -lt 1500000 ]; do i=\\$((i+1)); done"');
      assert.ok((end.usage.cpu ?? 0) > 0.1, `${end.usage.cpu} s`);
      assert.ok((end.usage.cpu ?? 0) < end.wallclock + 0.1);
      assert.ok((end.usage.maxrss ?? 0) > 100_000);
    });

    test('a log file that cannot be written does not stop the command', async () => {
      const end = await run('head -c 1000000 /dev/zero; echo ok >&2', { stdout: await openLogFile('/dev/full') });
      assert.equal(end.code, 0);
      assert.match(end.logFailure?.message ?? '', /ENOSPC/);
    });
  });
}
