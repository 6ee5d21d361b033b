import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { ATTEMPT_VARIABLE, findMarked, writeMark } from '../../../src/core/attempt-mark.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { silentLog } from '../../../src/core/log.ts';
import { type LaunchedProcess, type ProcessLauncher, systemProcesses } from '../../../src/core/process.ts';
import { DirectLauncher } from '../../../src/worker/launch/direct-launcher.ts';
import { ForkServer } from '../../../src/worker/launch/fork-server.ts';
import type { CommandLauncher } from '../../../src/worker/launch/launcher.ts';

const ENVIRONMENT = { PATH: process.env.PATH, PERL5LIB: '/nowhere', SHARED: 'by all' };

async function startServer(processes: ProcessLauncher = systemProcesses): Promise<ForkServer | undefined> {
  const fallback = new DirectLauncher(systemProcesses, ENVIRONMENT);
  const server = await ForkServer.start({
    ...{ processes, environment: ENVIRONMENT, fallback, clock: systemClock, log: silentLog },
  });
  after(() => server?.close());
  return server;
}

const isMissing = (await startServer()) === undefined && 'there is no Perl here';

async function run(server: CommandLauncher | undefined, command: string, variables = {}) {
  assert.ok(server);
  const { stdout, stderr, exited } = await server.launch({ command, variables });
  const [output, errors, exit] = await Promise.all([text(stdout), text(stderr), exited]);
  return { output, errors, ...exit };
}

test('commands have the common variables, their own, and those that are about Perl', { skip: isMissing }, async () => {
  const server = await startServer();
  const { output } = await run(server, 'printf %s "$SHARED|$OWN|$PERL5LIB"', { OWN: 'a=b\n"c"' });
  assert.equal(output, 'by all|a=b\n"c"|/nowhere');
  assert.equal((await run(server, 'printf %s "$OWN"')).output, '', 'the variables of one are not those of the next');
});

test('streams are pipes, stdin is empty, no file of the server is open', { skip: isMissing }, async () => {
  const server = await startServer();
  const { output, errors, code } = await run(server, 'cat; echo out > /dev/stdout; echo err > /dev/stderr');
  assert.deepEqual([output, errors, code], ['out\n', 'err\n', 0]);
  const list = 'ls -l /proc/$$/fd';
  const fdsOf = (listing: string) => listing.match(/\d+(?= -> )/g);
  const direct = new DirectLauncher(systemProcesses, ENVIRONMENT);
  assert.deepEqual(fdsOf((await run(server, list)).output), fdsOf((await run(direct, list)).output));
});

test('a command is the leader of its session, and signals work in it', { skip: isMissing }, async () => {
  const server = await startServer();
  const { output } = await run(server, 'echo $(ps -o sid=,pgid= -p $$) $$');
  assert.equal(new Set(output.trim().split(' ')).size, 1);
  for (const signal of ['TERM', 'INT', 'HUP', 'KILL']) {
    assert.equal((await run(server, `kill -${signal} $$; echo alive`)).signal, `SIG${signal}`);
  }
});

test('hundreds at once: each gets its own output and end', { skip: isMissing }, async () => {
  const server = await startServer();
  const ends = await Promise.all(
    Array.from({ length: 300 }, (_, index) => run(server, `echo ${index}; exit ${index % 250}`)),
  );
  assert.deepEqual(
    ends.map(({ output, code }) => [output, code]),
    Array.from({ length: 300 }, (_, index) => [`${index}\n`, index % 250]),
  );
});

test('the system’s figures come with the end', { skip: isMissing }, async () => {
  const { cpu, maxrss } = await run(
    await startServer(),
    'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; head -c 100000000 /dev/zero | tail -c 100000000 > /dev/null',
  );
  assert.ok(cpu !== null && cpu > 0.01, `${cpu} s`);
  assert.ok(maxrss !== null && maxrss > 90_000_000 && maxrss < 200_000_000, `${maxrss} B`);
});

test('what cannot be started is told, and the next one can', { skip: isMissing }, async () => {
  const server = await startServer();
  await assert.rejects(run(server, `true ${'x'.repeat(200_000)}`), /Argument list too long/);
  await assert.rejects(run(server, 'true \0'), /NUL character/);
  assert.equal((await run(server, 'true')).code, 0);
});

test('when the server dies its commands are ended, and others are started without it', {
  skip: isMissing,
}, async () => {
  let perl: LaunchedProcess | undefined;
  const server = await startServer({
    ...systemProcesses,
    launch: async (request) => {
      perl = await systemProcesses.launch(request);
      return perl;
    },
  });
  assert.ok(server && perl);
  const { pid, exited } = await server.launch({ command: 'sleep 600', variables: {} });
  perl.signal('SIGKILL');
  assert.equal((await exited).signal, 'SIGKILL');
  assert.equal((await run(server, 'echo $SHARED')).output, 'by all\n');
  // A signal takes a moment.
  for (let look = 0; look < 400 && systemProcesses.identify(pid) !== undefined; look++) await systemClock.sleep(5);
  assert.equal(systemProcesses.identify(pid), undefined);
});

test('when the server dies before it could tell of a command, that is ended before the order counts as failed', {
  skip: isMissing,
}, async () => {
  let perl: LaunchedProcess | undefined;
  const server = await startServer({
    ...systemProcesses,
    launch: async (request) => {
      perl = await systemProcesses.launch(request);
      return { ...perl, stdout: firstLineOf(perl.stdout as Readable) };
    },
  });
  assert.ok(server && perl);
  const mark = { database: randomUUID(), workflowId: 1, workflowRunId: 1, taskInstanceId: 1, supervisor: '1@1' };
  const marked = () => findMarked(({ database }) => database === mark.database);
  const launch = server.launch({ command: 'sleep 600', variables: { [ATTEMPT_VARIABLE]: writeMark(mark) } });
  while (marked().length === 0) await systemClock.sleep(5);
  perl.signal('SIGKILL');
  await assert.rejects(launch, /the process that starts commands died/);
  assert.deepEqual(marked(), []);
});

/** What is read of a stream whose writer then says nothing more. */
function firstLineOf(stream: Readable): Readable {
  const line = new PassThrough();
  stream.once('data', (chunk) => line.write(chunk));
  stream.on('data', () => {});
  return line;
}

test('a program that is no fork server is none', async () => {
  const launch: ProcessLauncher['launch'] = (request) => systemProcesses.launch({ ...request, program: 'true' });
  assert.equal(await startServer({ ...systemProcesses, launch }), undefined);
  const missing: ProcessLauncher['launch'] = (request) => systemProcesses.launch({ ...request, program: '/no/perl' });
  assert.equal(await startServer({ ...systemProcesses, launch: missing }), undefined);
});
